"""The `.lnn` container (LNN.md): its names, and a reader that refuses whatever does not follow that page to the letter."""
import hashlib
import struct
import zlib

import numpy as np

MAGIC, VERSION, LARGEST = b"LNN\x1a", 1, 32768
HEADER = "<4sHHIIHHHHHBBHHHHIHH"
HEADER_BYTES = 44
FIELDS = ("magic", "version", "sections", "bytes", "crc", "features", "context", "channels", "hidden", "labels", "solver", "weight_bits",
          "timestep", "mean_leak", "mean_start", "maximum_fall", "non_zero_blocks", "rate_bound", "reserved")
SOLVERS = ("euler", "heun", "rk4", "adaptive_heun")
TEXT, VECTOR, CODE, MATRIX = "text", "vector", "code", "matrix"
KINDS = {CODE: 1, MATRIX: 2, VECTOR: 3, TEXT: 4}
ROW_END = 63  # symbol of the gap code
MOST_HIDDEN = 124  # the widest row, 2 hidden columns, has so many blocks that a gap reaches each of them
BLOCK = 4     # weights
HOP_COLUMNS = 16  # columns of the context matrix to a hop
WEIGHT_ZERO = 128  # symbol of the weight 0
ACCUMULATOR_LIMIT = 65535


def sections_of(head):
    """(id, name, kind, rows, columns, fraction) of every section, in the order of the file."""
    features, context, channels, hidden, labels = (head[k] for k in ("features", "context", "channels", "hidden", "labels"))
    return [
        (1, "weight_code", CODE, 1, 256, 0), (2, "gap_code", CODE, 1, 64, 0),
        (3, "context", MATRIX, channels, context * HOP_COLUMNS, 0), (4, "input", MATRIX, 2 * hidden, channels, 0),
        (5, "recurrent", MATRIX, 2 * hidden, hidden, 0), (6, "attention", MATRIX, 1, hidden, 0), (7, "read_out", MATRIX, labels, 2 * hidden, 0),
        (8, "context_bias", VECTOR, 1, channels, 12), (9, "gate_bias", VECTOR, 1, 2 * hidden, 12), (10, "attention_bias", VECTOR, 1, 1, 12),
        (11, "read_out_bias", VECTOR, 1, labels, 12), (12, "leak", VECTOR, 1, hidden, 15), (13, "front_end", VECTOR, 2, features, 12),
        (14, "names", TEXT, 1, 1, 0),
    ]


class Refused(ValueError):
    """The bytes are no `.lnn` file of version 1."""


def expect(condition, text):
    if not condition:
        raise Refused(text)


def canonical(lengths):
    """{(length, code): symbol} of a canonical Huffman code; refuses one that is neither complete nor a single symbol."""
    used = [(length, symbol) for symbol, length in enumerate(lengths) if length]
    expect(used, "a code without symbols")
    if len(used) == 1:
        expect(used[0][0] == 1, f"the only symbol of a code has length {used[0][0]}, expected 1")
    else:
        expect(sum(2 ** (15 - length) for length, _ in used) == 2**15, "a code that is not complete")
    table, code, previous = {}, 0, 0
    for length, symbol in sorted(used):
        code <<= length - previous
        table[length, code] = symbol
        code, previous = code + 1, length
    return table


class Bits:
    """Reads from the most significant bit of each byte on."""

    def __init__(self, data):
        self.data, self.position = data, 0

    def symbol(self, table):
        code = 0
        for length in range(1, 16):
            expect(self.position < 8 * len(self.data), "a bit stream that ends inside a row")
            code = code << 1 | self.data[self.position >> 3] >> (7 - (self.position & 7)) & 1
            self.position += 1
            if (length, code) in table:
                return table[length, code]
        raise Refused("bits that are no symbol")

    def finish(self):
        left = 8 * len(self.data) - self.position
        expect(left < 8, f"{left} bits after the last row, expected fewer than 8")
        expect(not left or self.data[-1] & ((1 << left) - 1) == 0, "bits after the last row that are not 0")


def read_code(payload, count):
    expect(len(payload) == count // 2, f"a code of {len(payload)} bytes, expected {count // 2}")
    return [nibble for byte in payload for nibble in (byte & 15, byte >> 4)]


def read_row(stream, weight_code, gap_code, columns, name):
    weights, block, stored = np.zeros(columns, np.int32), 0, 0
    while (gap := stream.symbol(gap_code)) != ROW_END:
        block += gap
        expect(BLOCK * block < columns, f"{name}: a block outside its row")
        weights[BLOCK * block : BLOCK * block + BLOCK] = [stream.symbol(weight_code) - WEIGHT_ZERO for _ in range(BLOCK)]
        expect(weights[BLOCK * block : BLOCK * block + BLOCK].any(), f"{name}: a stored block of zeros")
        block, stored = block + 1, stored + 1
    return weights, stored


def read_matrix(payload, name, rows, columns, codes, largest):
    """(int weights[rows, columns], mantissa[rows], exponent[rows], stored blocks)."""
    expect(len(payload) >= 4 * rows, f"{name}: too short for {rows} rows")
    scales = [struct.unpack_from("<HbB", payload, 4 * r) for r in range(rows)]
    stream, table, stored = Bits(payload[4 * rows :]), [], 0
    for mantissa, exponent, zero in scales:
        weights, blocks = read_row(stream, *codes, columns, name)
        expect(zero == 0 and -40 <= exponent <= 0, f"{name}: row scale out of range")
        expect(mantissa >= 2**15 if blocks else mantissa == exponent == 0, f"{name}: mantissa {mantissa} for a row of {blocks} blocks")
        expect(np.abs(weights).max() <= largest, f"{name}: a weight beyond +-{largest}")
        expect(np.abs(weights).sum() <= ACCUMULATOR_LIMIT, f"{name}: a row that could overflow its accumulator")
        table.append(weights)
        stored += blocks
    stream.finish()
    return np.stack(table), np.array([m for m, _, _ in scales]), np.array([e for _, e, _ in scales]), stored


def read_vector(payload, name, rows, columns):
    expect(len(payload) == 4 * rows * columns, f"{name}: {len(payload)} bytes, expected {4 * rows * columns}")
    return np.frombuffer(payload, "<i4").reshape(rows, columns).astype(np.int64)


def read_names(payload, labels):
    try:
        text = payload.decode("ascii")
    except UnicodeDecodeError:
        raise Refused("names: not ASCII") from None
    lines = text.split("\n")
    expect(len(lines) == labels + 1, f"names: {len(lines)} lines, expected {labels + 1}")
    for line in lines:
        expect(1 <= len(line) <= 64 and all("!" <= c <= "~" for c in line), f"names: {line!r} is no name")
    return lines


def read_header(data):
    expect(HEADER_BYTES <= len(data) <= LARGEST, f"{len(data)} bytes, expected {HEADER_BYTES} to {LARGEST}")
    head = dict(zip(FIELDS, struct.unpack_from(HEADER, data)))
    expect(head["magic"] == MAGIC, "the magic number is not LNN")
    expect(head["version"] == VERSION and head["sections"] == 14, f"version {head['version']} with {head['sections']} sections")
    expect(head["bytes"] == len(data), f"length field {head['bytes']}, file {len(data)} bytes")
    expect(head["crc"] == zlib.crc32(data[16:]), "the CRC does not agree")
    ranges = {"features": (1, 16), "context": (1, 8), "channels": (4, 128), "hidden": (4, MOST_HIDDEN), "labels": (2, 32), "solver": (0, 3),
              "weight_bits": (2, 8), "maximum_fall": (0, 2**15), "rate_bound": (1, 2**15), "reserved": (0, 0)}
    for field, (low, high) in ranges.items():
        expect(low <= head[field] <= high, f"{field} is {head[field]}, expected {low} to {high}")
    expect(head["channels"] % 4 == 0 and head["hidden"] % 4 == 0, "channels and hidden are multiples of 4")
    expect(head["timestep"] == 0 or 10 <= head["timestep"] <= 500, f"timestep {head['timestep']}")
    return head


def read(data):
    """{"head": ..., "names": [...], matrices: (weights, mantissa, exponent, blocks), vectors: int64[rows, columns]}."""
    head = read_header(data)
    out, position, codes, largest = {"head": head}, HEADER_BYTES, [], 2 ** (head["weight_bits"] - 1) - 1
    for number, name, kind, rows, columns, fraction in sections_of(head):
        expect(position + 12 <= len(data), f"{name}: the file ends before it")
        wanted = struct.pack("<BBHHBB", number, KINDS[kind], rows, columns, fraction, 0)
        expect(data[position : position + 8] == wanted, f"{name}: head {data[position:position + 8].hex()}, expected {wanted.hex()}")
        size = struct.unpack_from("<I", data, position + 8)[0]
        start, end = position + 12, position + 12 + size
        expect(end <= len(data), f"{name}: {size} bytes, which is more than there are")
        payload = data[start:end]
        if kind == CODE:
            lengths = read_code(payload, columns)
            expect(columns != 256 or lengths[0] == 0, "the weight code has a symbol for -128")
            codes.append(canonical(lengths))
        elif kind == MATRIX:
            out[name] = read_matrix(payload, name, rows, columns, codes, largest)
        elif kind == VECTOR:
            out[name] = read_vector(payload, name, rows, columns)
        else:
            out["names"] = read_names(payload, head["labels"])
        position = end if kind == TEXT else end + -end % 4
        expect(not any(data[end:position]), f"{name}: bytes after it that are not 0")
        if number == 13:
            digest = hashlib.sha256(data[HEADER_BYTES:position]).hexdigest()[:12]
    expect(position == len(data), f"{len(data) - position} bytes after the last section")
    check_contents(out, digest)
    return out


def check_contents(out, digest):
    head = out["head"]
    leak, context = out["leak"], out["context"][0]
    expect(leak.min() >= 0 and leak.max() <= head["rate_bound"], "a leak outside 0 to rateBound")
    padding = context.reshape(len(context), head["context"], HOP_COLUMNS)[..., head["features"] :]
    expect(not padding.any(), "context: a weight for a feature that does not exist")
    blocks = sum(out[name][3] for _, name, kind, *_ in sections_of(head) if kind == MATRIX)
    expect(blocks == head["non_zero_blocks"], f"{blocks} blocks stored, the header says {head['non_zero_blocks']}")
    expect(out["names"][0].endswith(digest), f"model id {out['names'][0]}, expected to end in {digest}")
