"""Pushes a made-up price once a second. Standard library only. TICKWIRE_INGEST_TOKEN holds the token of the server."""
import json, os, sys, time, urllib.request

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/api/ingest"
headers = {"Authorization": "Bearer " + os.environ["TICKWIRE_INGEST_TOKEN"], "Content-Type": "application/json"}
for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3600):
    row = {"type": "trade", "venue": "desk", "symbol": "DEMO", "price": f"{100 + number % 7 / 100:.2f}", "size": 10, "id": f"{time.time_ns()}"}
    answer = urllib.request.urlopen(urllib.request.Request(url, json.dumps([row]).encode(), headers))
    print(json.load(answer))
    time.sleep(float(os.environ.get("PAUSE", 1)))
