#!/usr/bin/env python3
"""Reads a Tickwire server, or single frames, as docs/protocol/SPEC.md describes them.

Written from that page alone and without any code of Tickwire: it needs the packages `msgpack` and `websockets`, and proves
that the frames are standard MessagePack that a stranger can read.

  tickwire_reader.py --decode HEX [HEX ...]     one JSON line for each frame, in order; the dictionary and the clock carry over
  tickwire_reader.py ws://HOST:PORT/ws [--seconds 10] [--at-least 0] [--json] [--select '*'] [--rate 10]
      reads until every kind of frame came or the time is up, then prints one JSON line

Frames from the client are decoded too (`--decode`), since they are maps of the same kind.
"""

import argparse
import asyncio
import json
import math
import sys
import time

import msgpack

DELTA, SNAPSHOT, TRADES, BARS, BOOK, RAW = 1, 2, 3, 4, 5, 6
KIND_NAMES = {DELTA: "delta", SNAPSHOT: "snapshot", TRADES: "trades", BARS: "bars", BOOK: "book", RAW: "raw"}

# Bit -> names of the values that it stands for, in the order of the bits [DL1].
QUOTE_BITS = [
    (1, ("lastSize", "volume", "tradeTimeUs")),
    (2, ("last",)),
    (4, ("bid",)),
    (8, ("bidSize",)),
    (16, ("ask",)),
    (32, ("askSize",)),
    (64, ("high", "low")),
]
AGAINST_REFERENCE_PRICE = {"last", "bid", "ask", "high", "low"}
ENTRY_PLACES = (
    "id venue symbol name assetClass currency tickUnits tickDecimals lotUnits lotDecimals"
    " referencePrice referenceVolume open"
).split()


class BadFrame(Exception):
    """The frame breaks the specification."""


def decimal_text(steps, units, decimals):
    """The value of a number of steps as decimal text [DI7]."""
    mantissa = steps * units
    sign = "-" if mantissa < 0 else ""
    digits = str(abs(mantissa)).rjust(decimals + 1, "0")
    return sign + (digits if decimals == 0 else digits[:-decimals] + "." + digits[-decimals:])


class Numbers:
    """The numbers of a data frame, one after the other [NU1]."""

    def __init__(self, values, faults):
        self.values = values
        self.at = 0
        self.faults = faults

    def more(self):
        return self.at < len(self.values)

    def next(self):
        if not self.more():
            raise BadFrame("the frame ends in the middle of an entry")
        value = self.values[self.at]
        self.at += 1
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadFrame("%r is no number" % (value,))
        if isinstance(value, float):
            # Only whole numbers beyond 32 bits may be float64.
            if not value.is_integer():
                self.faults.append("a fraction in a data frame: %r" % value)
                return value
            if -(2**31) <= value <= 2**32 - 1:
                self.faults.append("%r as float64 although it fits 32 bits" % value)
            return int(value)
        if not -(2**31) <= value <= 2**32 - 1:
            self.faults.append("%r as a 64-bit integer" % value)
        return value

    def whole(self):
        value = self.next()
        if not isinstance(value, int):
            raise BadFrame("%r is no whole number" % (value,))
        return value


class Mirror:
    """What the client knows: dictionary, clock, last values. Frames go in, plain values come out."""

    def __init__(self):
        self.entries = {}
        self.generation = None
        self.clock = None
        self.as_of = 0
        self.quotes = {}
        self.faults = []

    # ---- frames

    def unpack(self, frame):
        """One frame to Python values, with faults for everything that the specification rules out [CN4]."""
        if isinstance(frame, str):
            return json.loads(frame)

        def extension(code, data):
            self.faults.append("extension type %d" % code)
            return None

        value = msgpack.unpackb(frame, raw=False, ext_hook=extension, strict_map_key=True)
        self.check_types(value)
        return value

    def check_types(self, value):
        if isinstance(value, dict):
            for key, item in value.items():
                if not isinstance(key, str):
                    self.faults.append("map key %r" % (key,))
                self.check_types(item)
        elif isinstance(value, list):
            for item in value:
                self.check_types(item)
        elif isinstance(value, bytes):
            self.faults.append("a binary value")
        elif isinstance(value, float) and not math.isfinite(value):
            self.faults.append("NaN or infinity")
        elif isinstance(value, int) and not isinstance(value, bool) and not -(2**31) <= value <= 2**32 - 1:
            self.faults.append("%d as a 64-bit integer" % value)

    def apply(self, frame):
        """Takes one frame in and returns what it says."""
        value = self.unpack(frame)
        return self.data(value) if isinstance(value, list) else self.message(value)

    # ---- control messages

    def message(self, message):
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise BadFrame("a control message is a map with a type")
        kind = message["type"]
        if kind == "welcome":
            self.clock = message["clock"]
        elif kind == "timeline" and "clock" in message:
            self.clock = message["clock"]
            self.epoch(message["epoch"])
        elif kind == "instruments":
            return self.dictionary(message)
        return message

    current_epoch = None

    def epoch(self, epoch):
        """A new epoch voids values and versions, not the dictionary [TL2]."""
        if self.current_epoch is not None and epoch != self.current_epoch:
            self.as_of = 0
            self.quotes = {}
        self.current_epoch = epoch

    def dictionary(self, message):
        told = []
        for row in message["entries"]:
            flat = dict(zip(ENTRY_PLACES, row))
            entry = {place: flat[place] for place in ENTRY_PLACES[:6]}
            entry["tick"] = {"units": flat["tickUnits"], "decimals": flat["tickDecimals"]}
            entry["lot"] = {"units": flat["lotUnits"], "decimals": flat["lotDecimals"]}
            for place in ENTRY_PLACES[10:]:
                entry[place] = None if flat[place] is None else int(flat[place])
            self.entries[entry["id"]] = entry
            told.append(entry)
        self.generation = message["generation"]
        said = {"type": "instruments", "generation": message["generation"], "entries": told}
        if "references" in message:
            said["references"] = self.references(message["references"])
        return said

    def references(self, numbers):
        """New references of instruments that have an entry: id, price, volume, flat [DI8]."""
        if len(numbers) % 3 != 0:
            raise BadFrame("%d numbers are no references" % len(numbers))
        flat = [int(number) for number in numbers]
        for at in range(0, len(flat), 3):
            if flat[at] not in self.entries:
                raise BadFrame("references of instrument %d came before its entry" % flat[at])
            self.entries[flat[at]].update(referencePrice=flat[at + 1], referenceVolume=flat[at + 2])
        return flat

    # ---- data frames

    def data(self, values):
        numbers = Numbers(values, self.faults)
        kind, as_of, generation = numbers.whole(), numbers.whole(), numbers.whole()
        if kind not in KIND_NAMES:
            return {"kind": "unknown"}  # [EV1]
        if self.generation is None or generation > self.generation:
            raise BadFrame("generation %d was not told before its frame" % generation)  # [DI2]
        if as_of < self.as_of:
            self.faults.append("asOf fell from %d to %d" % (self.as_of, as_of))  # [VE1]
        self.as_of = as_of
        frame = {"kind": KIND_NAMES[kind], "asOf": as_of, "generation": generation}
        time_us = self.time_of(as_of)
        if kind in (DELTA, SNAPSHOT):
            frame["quotes"] = self.read_quotes(numbers, time_us)
        elif kind == TRADES:
            frame["trades"] = self.read_trades(numbers, time_us)
        elif kind == BARS:
            frame["intervalS"] = numbers.whole()
            frame["bars"] = self.read_bars(numbers, frame["intervalS"])
        elif kind == RAW:
            frame["changes"] = self.read_changes(numbers, time_us)
        else:
            frame["books"] = self.read_books(numbers)
        return frame

    def time_of(self, version):
        """Time of a version, us since 1970 [VE3]."""
        clock = self.clock
        return int(clock["timeUs"]) + math.floor((version - clock["asOf"]) * 1000 * clock["speed"])

    def entry(self, numbers):
        instrument = numbers.whole()
        if instrument not in self.entries:
            raise BadFrame("instrument %d is not in the dictionary" % instrument)
        return instrument, self.entries[instrument]

    def read_quotes(self, numbers, time_us):
        quotes = []
        while numbers.more():
            instrument, entry = self.entry(numbers)
            bits = numbers.whole()
            if not 0 <= bits <= 127:
                raise BadFrame("bits %d" % bits)
            quote = {"id": instrument, "bits": bits}
            for bit, names in QUOTE_BITS:
                if bits & bit:
                    for name in names:
                        quote[name] = self.quote_value(name, numbers.next(), entry, time_us)
            quotes.append(quote)
            self.quotes.setdefault(instrument, {}).update(quote)
        return quotes

    @staticmethod
    def quote_value(name, value, entry, time_us):
        if value is None:
            return None
        if name in AGAINST_REFERENCE_PRICE:
            return value + entry["referencePrice"]
        if name == "volume":
            return value + entry["referenceVolume"]
        return time_us - value * 1000 if name == "tradeTimeUs" else value

    def read_trades(self, numbers, time_us):
        trades = []
        while numbers.more():
            instrument, entry = self.entry(numbers)
            first, count = numbers.whole(), numbers.whole()
            venue_time_us = 0
            for index in range(count):
                step = numbers.whole()
                venue_time_us = time_us - step if index == 0 else venue_time_us + step
                price = numbers.whole() + entry["referencePrice"]
                size, aggressor = numbers.whole(), numbers.whole()
                trades.append(
                    {
                        "id": instrument,
                        "seq": first + index,
                        "venueTimeUs": venue_time_us,
                        "price": price,
                        "size": size,
                        "aggressor": aggressor if aggressor in (1, 2) else 0,
                    }
                )
        return trades

    def read_changes(self, numbers, time_us):
        """Every change of the quotes [RW1], [RW2]."""
        changes = []
        while numbers.more():
            instrument, entry = self.entry(numbers)
            first, count = numbers.whole(), numbers.whole()
            change_us = 0
            for index in range(count):
                step = numbers.whole()
                change_us = time_us - step if index == 0 else change_us + step
                bits = numbers.whole()
                change = {"id": instrument, "seq": first + index, "timeUs": change_us, "bits": bits}
                for bit, names in QUOTE_BITS:
                    if bits & bit:
                        for name in names:
                            value = numbers.next()
                            if name == "tradeTimeUs":
                                change[name] = None if value is None else change_us - value
                            else:
                                change[name] = self.quote_value(name, value, entry, time_us)
                changes.append(change)
        return changes

    def read_bars(self, numbers, interval_s):
        bars = []
        while numbers.more():
            instrument, entry = self.entry(numbers)
            start_s = numbers.whole() * interval_s
            opened = numbers.whole() + entry["referencePrice"]
            high = opened + numbers.whole()
            low = opened - numbers.whole()
            close = opened + numbers.whole()
            bar = {"id": instrument, "startS": start_s, "open": opened, "high": high, "low": low}
            bars.append({**bar, "close": close, "volume": numbers.whole()})
        return bars

    def read_books(self, numbers):
        books = []
        while numbers.more():
            instrument, entry = self.entry(numbers)
            whole, bid_levels, ask_levels = numbers.whole() == 1, numbers.whole(), numbers.whole()
            sides = []
            for levels in (bid_levels, ask_levels):
                flat = []
                for _ in range(levels):
                    flat += [numbers.whole() + entry["referencePrice"], numbers.whole()]
                sides.append(flat)
            books.append({"id": instrument, "whole": whole, "bids": sides[0], "asks": sides[1]})
        return books


class Session:
    """One connection: asks for everything, counts what comes, and where it breaks the specification."""

    CHANNELS = ("quote", "trade", "bar:1s", "book", "raw")
    KINDS = {"delta", "snapshot", "trades", "bars", "book", "raw"}

    def __init__(self, options):
        self.options = options
        self.started = time.monotonic()
        self.mirror = Mirror()
        self.kinds = {}
        self.messages = {}
        self.updates = 0
        self.sequences = {}
        self.holes = []
        self.errors = []
        self.bad_frames = []

    def encode(self, message):
        return json.dumps(message) if self.options.json else msgpack.packb(message)

    def complete(self):
        return self.KINDS <= set(self.kinds) and {"pong", "status"} <= set(self.messages)

    def done(self):
        return self.complete() and time.monotonic() - self.started >= self.options.at_least

    def take(self, frame):
        try:
            said = self.mirror.apply(frame)
        except (BadFrame, KeyError, TypeError, ValueError) as problem:
            self.bad_frames.append("%s: %s" % (type(problem).__name__, problem))
            return
        if "kind" in said and "asOf" in said:
            self.kinds[said["kind"]] = self.kinds.get(said["kind"], 0) + 1
            self.updates += sum(len(said[name]) for name in ("quotes", "trades", "bars", "books", "changes") if name in said)
            self.follow(said.get("trades", []))
            return
        self.messages[said["type"]] = self.messages.get(said["type"], 0) + 1
        if said["type"] == "error":
            self.errors.append("%s %s" % (said["code"], said["message"]))
        if said["type"] == "trades-lost":
            self.sequences[said["instrument"]] = said["toSeq"]

    def follow(self, trades):
        """Trade numbers are consecutive [TR2]; the first one may be any [TR5]; numbers that came before are ignored [TR3]."""
        for trade in trades:
            last = self.sequences.get(trade["id"])
            if last is not None and trade["seq"] > last + 1:
                self.holes.append({"id": trade["id"], "fromSeq": last + 1, "toSeq": trade["seq"] - 1})
            if last is None or trade["seq"] > last:
                self.sequences[trade["id"]] = trade["seq"]

    def last_values(self):
        """Last values of each instrument as decimal text."""
        values = {}
        for instrument, quote in self.mirror.quotes.items():
            entry = self.mirror.entries[instrument]
            texts = {}
            for name in ("last", "bid", "ask", "high", "low"):
                if quote.get(name) is not None:
                    texts[name] = decimal_text(quote[name], entry["tick"]["units"], entry["tick"]["decimals"])
            for name in ("lastSize", "volume", "bidSize", "askSize"):
                if quote.get(name) is not None:
                    texts[name] = decimal_text(quote[name], entry["lot"]["units"], entry["lot"]["decimals"])
            values["%s:%s" % (entry["venue"], entry["symbol"])] = texts
        return values

    async def run(self):
        import websockets

        subprotocol = "tickwire.v1.json" if self.options.json else "tickwire.v1"
        async with websockets.connect(
            self.options.url, subprotocols=[subprotocol], max_size=None, compression=None
        ) as socket:
            if socket.subprotocol != subprotocol:
                self.bad_frames.append("the server chose the subprotocol %r" % socket.subprotocol)
            await socket.send(self.encode({"type": "hello", "version": 1, "client": "tickwire_reader.py"}))
            for number, channel in enumerate(self.CHANNELS, start=1):
                message = {"type": "subscribe", "subscription": number, "channel": channel}
                message.update(selectors=[self.options.select], maxRateHz=self.options.rate)
                await socket.send(self.encode(message))
            await socket.send(self.encode({"type": "ping", "nonce": 7}))
            until = time.monotonic() + self.options.seconds
            while not self.done() and time.monotonic() < until:
                try:
                    self.take(await asyncio.wait_for(socket.recv(), max(0.01, until - time.monotonic())))
                except asyncio.TimeoutError:
                    break

    def summary(self):
        return {
            "complete": self.complete(),
            "kinds": self.kinds,
            "messages": self.messages,
            "instruments": len(self.mirror.entries),
            "updates": self.updates,
            "holes": self.holes,
            "errors": self.errors,
            "badFrames": self.bad_frames,
            "typeFaults": self.mirror.faults,
            "asOf": self.mirror.as_of,
            "last": self.last_values(),
        }


def main():
    parser = argparse.ArgumentParser(description="Reads a Tickwire server, or single frames.")
    parser.add_argument("url", nargs="?", help="ws://HOST:PORT/ws")
    parser.add_argument("--decode", nargs="+", metavar="HEX", help="frames to decode, in the order of a connection")
    parser.add_argument("--seconds", type=float, default=10.0, help="longest time to read, s")
    parser.add_argument("--at-least", type=float, default=0.0, help="shortest time to read, s")
    parser.add_argument("--json", action="store_true", help="speak the JSON variant")
    parser.add_argument("--select", default="*", help="selector of all subscriptions")
    parser.add_argument("--rate", type=float, default=10.0, help="rate to ask for, Hz")
    options = parser.parse_args()
    if options.decode:
        mirror = Mirror()
        for text in options.decode:
            print(json.dumps(mirror.apply(bytes.fromhex(text)), allow_nan=False))
        for fault in mirror.faults:
            print(fault, file=sys.stderr)
        return 1 if mirror.faults else 0
    if not options.url:
        parser.error("name a URL or --decode")
    session = Session(options)
    asyncio.run(session.run())
    print(json.dumps(session.summary(), allow_nan=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
