#!/usr/bin/python3
"""Makes the *.json test vectors of the wire protocol beside this file.

Independent of the code under test on purpose: the CRC is computed bit by bit from its polynomial, COBS block by block as
in the paper, mu-law and IMA ADPCM come from CPython's `audioop` (an older C implementation by others). Published check
values are asserted here, so a mistake in this script stops it. Run by hand when the protocol changes:

    python3 firmware/wire/vectors/make_vectors.py
"""
import base64
import json
import struct
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore", DeprecationWarning)
import audioop  # noqa: E402

HERE = Path(__file__).parent


def crc32(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        for bit in range(8):
            feedback = (register ^ (byte >> bit)) & 1
            register = (register >> 1) ^ (0xEDB88320 if feedback else 0)
    return register ^ 0xFFFFFFFF


def cobs(data: bytes) -> bytes:
    """Cheshire & Baker 1999, section III: append a phantom zero, cut into blocks that end in a zero or hold 254 bytes."""
    rest, out = data + b"\0", b""
    while rest:
        zero = rest.index(0) if 0 in rest else len(rest)
        if zero >= 254:
            out, rest = out + b"\xff" + rest[:254], rest[254:]
            if rest == b"\0":  # the phantom zero is implied by the end of the packet
                break
        else:
            out, rest = out + bytes([zero + 1]) + rest[:zero], rest[zero + 1:]
    return out


def write(name: str, source: str, cases: list) -> None:
    rows = ",\n".join("\t\t" + json.dumps(case) for case in cases)
    text = '{\n\t"source": %s,\n\t"cases": [\n%s\n\t]\n}\n' % (json.dumps(source), rows)
    json.loads(text)
    (HERE / f"{name}.json").write_text(text)


def crc_cases():
    published = {
        "empty": (b"", 0x00000000),
        "check value": (b"123456789", 0xCBF43926),
        "one letter": (b"a", 0xE8B7BE43),
        "pangram": (b"The quick brown fox jumps over the lazy dog", 0x414FA339),
        "32 zeros": (bytes(32), 0x190A55AD),
        "32 ones": (b"\xff" * 32, 0xFF6CAB0B),
        "0 to 31": (bytes(range(32)), 0x91267E8A),
    }
    for name, (data, value) in published.items():
        assert crc32(data) == value, (name, hex(crc32(data)))
    return [{"name": n, "hex": d.hex(), "crc": f"{v:08x}"} for n, (d, v) in published.items()]


def cobs_cases():
    # Cheshire & Baker 1999, figure 3 ("45 00 00 2C 4C 79 00 00 40 06 4F 37" -> "02 45 01 04 2C 4C 79 01 05 40 06 4F 37").
    hand = [
        ("figure 3 of the paper", "4500002c4c79000040064f37", "02450104" + "2c4c79" + "0105" + "40064f37"),
        ("empty", "", "01"),
        ("one zero", "00", "0101"),
        ("two zeros", "0000", "010101"),
        ("zero between", "112200" + "33", "0311220233"),
        ("no zero", "11223344", "0511223344"),
        ("trailing zeros", "11000000", "0211010101"),
        ("254 without zero", bytes(range(1, 255)).hex(), "ff" + bytes(range(1, 255)).hex()),
        ("zero, then 254", "00" + bytes(range(1, 255)).hex(), "01ff" + bytes(range(1, 255)).hex()),
        ("255 without zero", bytes(range(1, 256)).hex(), "ff" + bytes(range(1, 255)).hex() + "02ff"),
        ("253, zero", bytes(range(2, 255)).hex() + "00", "fe" + bytes(range(2, 255)).hex() + "01"),
        ("254, zero", bytes(range(1, 255)).hex() + "00", "ff" + bytes(range(1, 255)).hex() + "0101"),
    ]
    for name, plain, coded in hand:
        assert cobs(bytes.fromhex(plain)).hex() == coded, (name, cobs(bytes.fromhex(plain)).hex())
    cases = [{"name": n, "ok": True, "decoded": p, "encoded": e} for n, p, e in hand]
    for name, coded in [
        ("no code at all", ""),
        ("code points past the end", "0511"),
        ("code points one past the end", "0311"),
        ("second block cut", "02110322"),
        ("zero as code", "0011"),
        ("zero inside a block", "03110022"),
    ]:
        cases.append({"name": name, "ok": False, "encoded": coded})
    return cases


def body(kind: int, sequence: int, payload: bytes, version: int = 1) -> bytes:
    head = struct.pack("<BBH", version, kind, sequence) + payload
    return head + struct.pack("<I", crc32(head))


def frame_cases():
    cases = []

    def good(name, frame, kind, sequence, payload, fields):
        cases.append({
            "name": name, "ok": True, "frame": frame, "type": kind, "sequence": sequence, "payload": payload.hex(),
            "fields": fields, "encoded": cobs(body(kind, sequence, payload)).hex(),
        })

    def bad(name, encoded, why):
        cases.append({"name": name, "ok": False, "why": why, "encoded": encoded.hex()})

    good("PING of the document", "PING", 9, 5, b"", {})
    good("HELLO", "HELLO", 1, 0, struct.pack("<I", 0xDEADBEEF), {"nonce": 0xDEADBEEF})
    good("CONFIG, all fields different", "CONFIG", 2, 1, struct.pack("<BBBBHH", 2, 1, 3, 0, 500, 100),
         {"codec": 2, "pacing": 1, "flags": 3, "reserved": 0, "heartbeatMs": 500, "jitterMs": 100})
    good("CONFIG, features asked for", "CONFIG", 2, 2, struct.pack("<BBBBHH", 1, 0, 4, 0, 500, 100),
         {"codec": 1, "pacing": 0, "flags": 4, "reserved": 0, "heartbeatMs": 500, "jitterMs": 100})
    good("CLIP_BEGIN", "CLIP_BEGIN", 3, 2, struct.pack("<IBBBBII", 7, 1, 0, 0, 0, 16000, 0x190A55AD),
         {"clip": 7, "attempt": 1, "reserved0": 0, "reserved1": 0, "reserved2": 0, "totalSamples": 16000, "crc": 0x190A55AD})
    good("AUDIO, longest payload", "AUDIO", 4, 3, struct.pack("<I", 254) + bytes((i * 7) & 255 for i in range(508)), {"offset": 254})
    good("AUDIO, longest payload without a zero", "AUDIO", 4, 0x0101, struct.pack("<I", 0x01010101) + b"\x55" * 508, {"offset": 0x01010101})
    good("AUDIO, one sample", "AUDIO", 4, 4, struct.pack("<Ih", 508, -1), {"offset": 508})
    good("SILENCE", "SILENCE", 5, 5, struct.pack("<II", 510, 960000), {"offset": 510, "count": 960000})
    good("CLIP_END", "CLIP_END", 6, 6, struct.pack("<I", 7), {"clip": 7})
    good("PLAY", "PLAY", 7, 7, struct.pack("<I", 7), {"clip": 7})
    good("MEMORY", "MEMORY", 8, 8, b"", {})
    good("CLOCK", "CLOCK", 10, 255, struct.pack("<I", 2000), {"milliseconds": 2000})
    good("PARAM, negative value", "PARAM", 11, 256, struct.pack("<i", -1) + b"spin.front-end", {"value": -1})
    good("RESET", "RESET", 12, 65534, b"", {})
    good("BYE, last sequence", "BYE", 13, 65535, b"", {})
    good("HEALTH", "HEALTH", 14, 0, b"", {})
    good("ABORT", "ABORT", 15, 0x0100, b"", {})

    ping = body(9, 5, b"")
    for bit in (0, 9, 20, 31, 40, 63):
        flipped = bytearray(ping)
        flipped[bit // 8] ^= 1 << (bit % 8)
        bad(f"PING, bit {bit} of the body flipped", cobs(bytes(flipped)), "crc" if bit > 7 else "version or crc")
    bad("CRC big-endian", cobs(ping[:4] + ping[4:][::-1]), "crc")
    bad("version 2, CRC right", cobs(body(9, 5, b"", version=2)), "version")
    bad("body of 7 bytes", cobs(ping[:7]), "short")
    bad("body of 4 bytes", cobs(ping[:4]), "short")
    bad("body of 521 bytes, CRC right", cobs(body(4, 3, bytes(513))), "long")
    bad("code past the end", cobs(ping)[:-2], "cobs")
    bad("first code wrong", b"\xfe" + cobs(ping)[1:], "cobs")
    return cases


def line(text: str) -> str:
    return f"{text}*{crc32(text.encode()):08x}"


def line_cases():
    cases = []
    messages = [
        '{"t":"boot","q":0,"boot":"0badcafe","cause":"power-on"}',
        '{"t":"hello","q":1,"proto":1,"nonce":"deadbeef","boot":"0badcafe","build":"0123456789abcdef0123456789abcdef01234567",'
        '"firmware":"liquid-audio-1","board":"posix","clockHz":1000000000,"clockSource":"host","counter":"scripted",'
        '"counterHz":1000000000,"rxBytes":4096,"clipBytes":65536,"sampleRate":16000,"hop":256,"scoreScale":1000,'
        '"model":"0f1e2d3c","stages":["front-end","cell","read-out"],"labels":["yes","no"],"caps":["preload"]}',
        '{"t":"hello","q":1,"proto":1,"nonce":"deadbeef","boot":"0badcafe","build":"0123456789abcdef0123456789abcdef01234567",'
        '"firmware":"liquid-audio-1","board":"posix","clockHz":1000000000,"clockSource":"host","counter":"scripted",'
        '"counterHz":1000000000,"rxBytes":4096,"clipBytes":65536,"sampleRate":16000,"hop":256,"scoreScale":1000,'
        '"model":"0f1e2d3c","stages":["front-end"],"labels":["yes"],"caps":["preload","features"],"featureScale":1024}',
        '{"t":"ack","q":2,"next":65535,"credit":4096}',
        '{"t":"ack","q":3,"next":0,"credit":0,"err":"gap"}',
        '{"t":"beat","q":4,"boot":"0badcafe","next":1,"credit":4096,"ms":4294967295}',
        '{"t":"clip-begin","q":5,"clip":7,"try":1}',
        '{"t":"inf","q":6,"clip":7,"first":0,"n":1,"b":"AAAAAAABAABI6AEAAAAAAAAAAAC4CwAAoAADAOgDAADoAwAA6AMAAA=="}',
        '{"t":"features","q":6,"clip":7,"first":61,"n":1,"k":3,"b":"AAH///9/"}',
        '{"t":"decision","q":7,"clip":7,"label":1,"scores":[-2147483648,2147483647]}',
        '{"t":"clip-end","q":8,"clip":7,"try":1,"samples":256,"crc":"190a55ad","hops":1,"underruns":0,"cycles":9007199254740991,"sleep":0,"lines":3,"linesCrc":"00000000"}',
        '{"t":"health","q":4294967295,"crcErrors":0,"gaps":0,"overruns":0,"longFrames":0,"ms":12}',
        '{"t":"clock","q":0,"phase":"end","cycles":336000000,"hz":168000000}',
        '{"t":"error","q":9,"code":"clip","text":"offset-7-expected-0"}',
        '{"t":"hello","q":1,"proto":1,"nonce":"deadbeef","boot":"0badcafe","build":"0123456789abcdef0123456789abcdef01234567",'
        '"firmware":"liquid-audio","board":"nrf52840","clockHz":64000000,"clockSource":"hfxo","counter":"dwt",'
        '"counterHz":64000000,"rxBytes":2048,"clipBytes":0,"sampleRate":16000,"hop":256,"scoreScale":256,'
        '"model":"0f1e2d3c","stages":["front-end"],"labels":["yes"],"caps":["realtime","adc"]}',
    ]
    for text in messages:
        cases.append({"name": f"good {json.loads(text)['t']}", "kind": "message", "line": line(text), "message": json.loads(text)})
    beat = line(messages[5])

    def damaged(name, text):
        cases.append({"name": name, "kind": "damaged", "line": text})

    def console(name, text):
        cases.append({"name": name, "kind": "console", "line": text})

    damaged("last digit of the CRC wrong", beat[:-1] + ("0" if beat[-1] != "0" else "1"))
    damaged("one digit inside changed", beat.replace('"q":4', '"q":5'))
    damaged("CRC in capitals", line('{"t":"ack","q":2,"next":1,"credit":1}').replace("*", "*").upper())
    damaged("no CRC", messages[5])
    damaged("CRC too short", beat[:-1])
    damaged("CRC too long", beat + "0")
    damaged("cut in the middle", beat[: len(beat) // 2])
    damaged("two lines run together", beat + beat)
    damaged("only a brace", "{")
    damaged("CRC right, not JSON", line("{nonsense}"))
    damaged("CRC right, unknown type", line('{"t":"party","q":1}'))
    damaged("CRC right, type is a number", line('{"t":1,"q":1}'))
    damaged("CRC right, field missing", line('{"t":"ack","q":1,"next":1}'))
    damaged("CRC right, field too many", line('{"t":"ack","q":1,"next":1,"credit":1,"more":1}'))
    damaged("CRC right, feature scale of 0", line(messages[2].replace('"featureScale":1024', '"featureScale":0')))
    damaged("CRC right, features that are no base64", line('{"t":"features","q":6,"clip":7,"first":61,"n":1,"k":3,"b":"AAH!"}'))
    damaged("CRC right, q negative", line('{"t":"ack","q":-1,"next":1,"credit":1}'))
    damaged("CRC right, q not whole", line('{"t":"ack","q":1.5,"next":1,"credit":1}'))
    damaged("CRC right, q too large", line('{"t":"ack","q":4294967296,"next":1,"credit":1}'))
    damaged("CRC right, next of 17 bits", line('{"t":"ack","q":1,"next":65536,"credit":1}'))
    damaged("CRC right, NaN", line('{"t":"ack","q":1,"next":NaN,"credit":1}'))
    damaged("CRC right, prototype as a field", line('{"t":"ack","q":1,"next":1,"credit":1,"__proto__":{}}'))
    damaged("CRC right, type named like a method", line('{"t":"constructor","q":1}'))
    damaged("CRC right, boot id in capitals", line('{"t":"boot","q":0,"boot":"0BADCAFE","cause":"x"}'))
    damaged("CRC right, nested deep", line('{"t":' + "[" * 900 + "]" * 900 + ',"q":1}'))
    console("words", "booting, please wait")
    console("empty", "")
    console("brace not first", ' {"t":"ack"}')
    console("first byte of telemetry lost", beat[1:])
    return cases


def record_cases():
    cases = []
    for name, stages, values in [
        ("all zero, one stage", [0], (0, 0, 0, 0, 0, 0, 0, 0)),
        ("each field its own bytes", [0x11121314, 0x21222324, 0x31323334],
         (0x01020304, 0x05060708, 0x090A0B0C0D0E0F10, 0x41424344, 0x51525354, 0x6162, 0x71, 0x02)),
        ("all fields full, eight stages", [0xFFFFFFFF] * 8,
         (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF, 0xFF, 0x07)),
        ("counter past 32 bits", [90, 105, 210], (61, 15872, 0x100000001, 5, 4000, 160, 11, 0x01)),
        ("underrun before the hop", [1, 2, 3], (2, 768, 4242, 0, 1, 160, 0, 0x04)),
        ("at the low clock, gated", [7, 0, 0], (3, 1024, 99, 0, 12, 160, 11, 0x0A)),
    ]:
        packed = struct.pack("<IIQIIHBB", *values) + struct.pack(f"<{len(stages)}I", *stages)
        assert len(packed) == 28 + 4 * len(stages)
        keys = ["hop", "sampleEnd", "startCycles", "irqCycles", "awakeCycles", "timestep", "label", "flags"]
        case = {"name": name, **dict(zip(keys, values)), "stageCycles": stages, "hex": packed.hex()}
        case["startCycles"] = str(case["startCycles"])  # 64 bits: decimal text, JSON numbers end at 2^53
        cases.append(case)
    return cases


def mulaw_cases():
    decoded = list(struct.unpack("<256h", audioop.ulaw2lin(bytes(range(256)), 2)))
    # ITU-T G.711 table 2a/2b, 14-bit values times 4: end points and the ends of some segments.
    for code, value in {0x00: -32124, 0x80: 32124, 0xFF: 0, 0x7F: 0, 0xFE: 8, 0x7E: -8, 0xEF: 132, 0xF0: 120, 0x8F: 16764, 0x9F: 8316}.items():
        assert decoded[code] == value, (code, decoded[code])
    cases = [{"name": f"decode {code:02x}", "code": code, "sample": value} for code, value in enumerate(decoded)]
    return cases


def ima_cases():
    cases = []

    def decode(codes: bytes, predictor: int, index: int):
        # audioop takes the first code from the high nibble; ours is the low one.
        swapped = bytes(((b & 15) << 4) | (b >> 4) for b in codes)
        pcm, state = audioop.adpcm2lin(swapped, 2, (predictor, index))
        return list(struct.unpack(f"<{len(pcm) // 2}h", pcm)), state

    def add(name, predictor, index, codes):
        samples, (last, last_index) = decode(codes, predictor, index)
        assert samples[-1] == last
        block = struct.pack("<hBB", predictor, index, 0) + codes
        cases.append({"name": name, "block": block.hex(), "samples": samples, "indexAfter": last_index})

    add("all codes up, from rest", 0, 0, bytes([0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE]))
    add("step grows to its end, clamps high", 0, 0, b"\x77" * 40)
    add("step grows to its end, clamps low", 0, 0, b"\xff" * 40)
    add("from the last index", 32767, 88, bytes([0x88, 0x0F, 0xF0, 0x08]))
    add("negative predictor", -32768, 44, bytes((i * 37 + 11) & 255 for i in range(64)))
    add("longest block", 123, 7, bytes((i * 73 + 5) & 255 for i in range(504)))
    # by hand: predictor 0, index 0, step 7. Code 4: 7>>3 = 0 plus 7 -> 7, index 2. Code 0: step 9 >> 3 = 1 -> 8, index 1.
    assert decode(bytes([0x04]), 0, 0)[0] == [7, 8]
    add("worked by hand", 0, 0, bytes([0x04]))
    return cases


def base64_cases():
    rfc = {"": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy"}
    cases = [{"name": f"RFC 4648 section 10: '{k}'", "hex": k.encode().hex(), "text": v} for k, v in rfc.items()]
    cases.append({"name": "plus and slash", "hex": "fbefbefff0", "text": base64.b64encode(bytes.fromhex("fbefbefff0")).decode()})
    cases.append({"name": "all bytes", "hex": bytes(range(256)).hex(), "text": base64.b64encode(bytes(range(256))).decode()})
    return cases


def mqtt_chunk_cases():
    kinds = {"BYTES": 0, "BEAT": 1, "END": 2, "CYCLES": 3}
    cases = []

    def chunk(kind: int, sequence: int, channel: str, payload: bytes, magic=0x4F, version=1, reserved=0) -> bytes:
        return struct.pack("<BBBBI", magic, version, kind, reserved, sequence) + bytes.fromhex(channel) + payload

    def good(name, kind, sequence, channel, payload):
        data = chunk(kinds[kind], sequence, channel, payload)
        cases.append({
            "name": name, "ok": True, "kind": kind, "sequence": sequence, "channel": channel, "payload": payload.hex(),
            "hex": data.hex(),
        })

    def bad(name, data):
        cases.append({"name": name, "ok": False, "hex": data.hex()})

    good("first byte of a stream", "BYTES", 0, "0011223344556677", b"x")
    good("each field its own bytes", "BYTES", 0x01020304, "a1b2c3d4e5f60718", b"hi")
    good("last sequence", "BYTES", 0xFFFFFFFF, "ffffffffffffffff", bytes([0, 0x4F, 255]))
    good("longest payload", "BYTES", 7, "0000000000000000", bytes((i * 7) & 255 for i in range(4096)))
    good("beat", "BEAT", 8, "0123456789abcdef", b"")
    good("end", "END", 9, "0123456789abcdef", b'{"code":"link-lost","text":"gone"}')
    good("cycles", "CYCLES", 10, "0123456789abcdef", b"1 hop 0 awake 1 2 0\n")
    whole = chunk(0, 1, "0011223344556677", b"x")
    bad("nothing", b"")
    bad("half a header", whole[:15])
    bad("a telemetry line", b'{"t":"ack","q":2,"next":1,"credit":1}*00000000')
    bad("another magic", chunk(0, 1, "0011223344556677", b"x", magic=0x50))
    bad("another version", chunk(0, 1, "0011223344556677", b"x", version=2))
    bad("reserved byte in use", chunk(0, 1, "0011223344556677", b"x", reserved=1))
    bad("a kind there is not", chunk(4, 1, "0011223344556677", b"x"))
    bad("kind 255", chunk(255, 1, "0011223344556677", b"x"))
    bad("BYTES without bytes", whole[:16])
    bad("END without a reason", chunk(2, 1, "0011223344556677", b""))
    bad("a BEAT that holds something", chunk(1, 1, "0011223344556677", b"x"))
    bad("one byte too long", chunk(0, 1, "0011223344556677", bytes(4097)))
    return cases


def mqtt_ask_cases():
    hex16, hex32, hex64 = "0123456789abcdef", "0123456789abcdef" * 2, "0123456789abcdef" * 4
    plain = {"v": 1, "id": hex32, "op": "describe", "replyTo": hex32[::-1]}
    timed = {**plain, "incarnation": hex16, "expiresDeviceMs": 9007199254740991, "lease": hex16[::-1]}
    acquire = {**timed, "op": "acquire", "holder": "ci", "imageSha256": hex64, "factsSha256": hex64[::-1]}
    start = {**timed, "op": "start", "channel": "fedcba9876543210"}
    asks = [
        plain, acquire, {**timed, "op": "flash"}, {**timed, "op": "safe"}, start, {**start, "op": "stop"},
        {**plain, "op": "release", "lease": hex16},
    ]
    cases = []

    def good(name, ask):
        cases.append({"name": name, "ok": True, "ask": ask, "hex": json.dumps(ask).encode().hex()})

    def bad(name, data):
        cases.append({"name": name, "ok": False, "hex": (data if isinstance(data, bytes) else json.dumps(data).encode()).hex()})

    for ask in asks:
        good(ask["op"], ask)
    good("longest holder, in letters of four bytes", {**acquire, "holder": "\U0001f600" * 80})
    good("a holder that JSON has to spell", {**acquire, "holder": 'a"\\/\n\t\u00e4'})
    good("expiry 0", {**start, "expiresDeviceMs": 0})
    as_bytes = json.dumps(start).encode()
    cases.append({"name": "whitespace around", "ok": True, "ask": start, "hex": (b" \n\t\r" + as_bytes + b"\n").hex()})
    for ask in asks:
        for field in ask:
            bad(f"{ask['op']} without {field}", {k: v for k, v in ask.items() if k != field})
    for field in ("lease", "incarnation", "holder", "channel"):
        bad(f"describe with {field}", {**plain, field: acquire.get(field, hex16)})
    for field in start:
        for what, value in [("null", None), ("a number", 5), ("a text", "x"), ("a list", []), ("an object", {})]:
            if not (field == "expiresDeviceMs" and value == 5):
                bad(f"{field} is {what}", {**start, field: value})
    for field in ("id", "replyTo", "incarnation", "lease", "channel"):
        bad(f"{field} too short", {**start, field: start[field][1:]})
        bad(f"{field} too long", {**start, field: start[field] + "0"})
        bad(f"{field} in capitals", {**start, field: start[field].upper()})
        bad(f"{field} with a line feed behind it", {**start, field: start[field] + "\n"})
    bad("v is 2", {**plain, "v": 2})
    bad("v is 1.5", {**plain, "v": 1.5})
    bad("expiry below 0", {**start, "expiresDeviceMs": -1})
    bad("expiry not whole", {**start, "expiresDeviceMs": 1.5})
    bad("expiry past 2^53", {**start, "expiresDeviceMs": 9007199254740992})
    bad("expiry past all numbers", as_bytes.replace(b"9007199254740991", b"1e999"))
    bad("holder empty", {**acquire, "holder": ""})
    bad("holder too long", {**acquire, "holder": "a" * 81})
    bad("holder too long, in letters of four bytes", {**acquire, "holder": "\U0001f600" * 81})
    bad("a field nobody knows", {**plain, "colour": "red"})
    bad("a field named like a method", {**plain, "constructor": {}})
    bad("prototype as a field", {**plain, "__proto__": {}})
    bad("an op nobody knows", {**start, "op": "reboot"})
    bad("an op named like a method", {**start, "op": "__proto__"})
    bad("nothing", b"")
    bad("binary", bytes(range(256)))
    bad("half", as_bytes[: len(as_bytes) // 2])
    bad("more behind it", as_bytes + b"{}")
    bad("a NUL behind it", as_bytes + b"\0")
    bad("not UTF-8", as_bytes.replace(b"start", b"st\xff\xfe"))
    bad("overlong UTF-8", as_bytes.replace(b"start", b"st\xc1\xa1rt"))
    bad("a list", [start])
    bad("null", None)
    bad("a number", 5)
    bad("NaN", b'{"v":NaN}')
    bad("deep", b"[" * 4096)
    bad("deep and whole", b"[" * 2048 + b"]" * 2048)
    bad("deep inside", b'{"v":' + b"[" * 2000 + b"]" * 2000 + b"}")
    bad("objects, deep", b'{"a":' * 800 + b"1" + b"}" * 800)
    bad("many fields", {f"f{i}": i for i in range(300)})
    bad("too long", as_bytes + b" " * 4096)
    return cases


def main() -> int:
    mine = "made by make_vectors.py beside this file, independent of the code under test: "
    write("crc32", mine + "published values (check value cbf43926 of the IEEE 802.3 CRC), confirmed bit by bit from the polynomial", crc_cases())
    write("cobs", mine + "worked by hand after Cheshire & Baker 1999, first case is the paper's figure 3", cobs_cases())
    write("frames", mine + "struct.pack by PROTOCOL.md section 1, CRC bit by bit", frame_cases())
    write("lines", mine + "PROTOCOL.md section 2, CRC bit by bit", line_cases())
    write("records", mine + "struct.pack by PROTOCOL.md section 2; startCycles is decimal text", record_cases())
    write("mulaw", mine + "CPython audioop.ulaw2lin, checked against end points of ITU-T G.711 tables 2a and 2b", mulaw_cases())
    write("ima-adpcm", mine + "CPython audioop.adpcm2lin (Intel/DVI ADPCM) with the nibbles swapped; last case worked by hand", ima_cases())
    write("base64", mine + "RFC 4648 section 10, the last two from CPython's base64", base64_cases())
    write("mqtt-chunks", mine + "struct.pack by MQTT.md section 2", mqtt_chunk_cases())
    write("mqtt-asks", mine + "json.dumps by MQTT.md section 4", mqtt_ask_cases())
    return 0


if __name__ == "__main__":
    sys.exit(main())
