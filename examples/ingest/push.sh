#!/bin/sh
# Pushes an instrument, a quote and a trade. TICKWIRE_INGEST_TOKEN holds the token of the server; the first argument is its address.
printf 'Authorization: Bearer %s\n' "$TICKWIRE_INGEST_TOKEN" |
  curl --silent --show-error -H @- -H 'Content-Type: application/x-ndjson' --data-binary '
{"type": "instrument", "venue": "desk", "symbol": "ACME", "name": "Acme Corp", "currency": "USD", "tick": "0.01", "lot": "1"}
{"type": "quote", "venue": "desk", "symbol": "ACME", "bid": "101.24", "bidSize": 300, "ask": "101.26", "askSize": 200}
{"type": "trade", "venue": "desk", "symbol": "ACME", "price": "101.25", "size": 100, "side": "buy", "id": "t-1"}
' "${1:-http://127.0.0.1:8080}/api/ingest"
