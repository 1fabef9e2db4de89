"""Writes a trained net as a `.lnn` file (LNN.md).

    /usr/bin/python3 firmware/model/export_lnn.py --check <file.lnn>...    reads files strictly and says what is in them
"""
import hashlib
import heapq
import math
import struct
import sys
import zlib

import numpy as np

import lnn

MATRICES = ("context", "input", "recurrent", "attention", "read_out")


def code_lengths(counts):
    """Huffman code lengths of {symbol: count}, at most 15: counts are flattened until they fit."""
    if len(counts) == 1:
        return {next(iter(counts)): 1}
    while True:
        heap = [(count, symbol, (symbol,)) for symbol, count in sorted(counts.items())]
        lengths = dict.fromkeys(counts, 0)
        heapq.heapify(heap)
        while len(heap) > 1:
            (a, first, left), (b, _, right) = heapq.heappop(heap), heapq.heappop(heap)
            for symbol in left + right:
                lengths[symbol] += 1
            heapq.heappush(heap, (a + b, first, left + right))
        if max(lengths.values()) <= 15:
            return lengths
        counts = {symbol: (count + 1) // 2 for symbol, count in counts.items()}


def codes_of(lengths):
    """{symbol: (code, length)}, canonical."""
    table, code, previous = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in lengths.items()):
        code <<= length - previous
        table[symbol] = (code, length)
        code, previous = code + 1, length
    return table


def row_symbols(row):
    """[(is a weight, symbol)] of one row: gap, four weights, ..., end."""
    symbols, gap = [], 0
    for block in row.reshape(-1, lnn.BLOCK):
        if not block.any():
            gap += 1
            continue
        if gap >= lnn.ROW_END:
            raise ValueError(f"{gap} zero blocks before a stored one: a gap symbol holds at most {lnn.ROW_END - 1}")
        symbols += [(False, gap)] + [(True, int(w) + lnn.WEIGHT_ZERO) for w in block]
        gap = 0
    return [*symbols, (False, lnn.ROW_END)]


def tally(streams, is_weight):
    counts = {}
    for stream in streams:
        for kind, symbol in stream:
            if kind == is_weight:
                counts[symbol] = counts.get(symbol, 0) + 1
    return counts


def pack_lengths(lengths, count):
    nibbles = [lengths.get(symbol, 0) for symbol in range(count)]
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2]))


def row_scale(weights, scale):
    """`mantissa u16, exponent i8, 0` for a scale of mantissa x 2^exponent."""
    if not weights.any():
        return struct.pack("<HbB", 0, 0, 0)
    exponent = math.frexp(scale)[1] - 16
    mantissa = scale / 2.0**exponent
    if mantissa != int(mantissa) or not 2**15 <= mantissa < 2**16 or not -40 <= exponent <= 0:
        raise ValueError(f"a row's scale of {scale} is no 16-bit mantissa times a power of two from 2^-40 to 1")
    return struct.pack("<HbB", int(mantissa), exponent, 0)


def pack_matrix(weights, scales, stream, codes):
    bits = "".join(f"{code:0{length}b}" for kind, symbol in stream for code, length in [codes[kind][symbol]])
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return b"".join(row_scale(w, s) for w, s in zip(weights, scales)) + packed


def section(number, kind, rows, columns, fraction, payload, pad=True):
    head = struct.pack("<BBHHBBI", number, lnn.KINDS[kind], rows, columns, fraction, 0, len(payload))
    return head + payload + bytes(-len(payload) % 4 if pad else 0)


def encode(head, matrices, vectors, labels, stem):
    """bytes of the file. matrices: name -> (int[rows, columns], float scale[rows]); vectors: name -> integers in file steps."""
    streams = {name: [s for row in matrices[name][0].astype(int) for s in row_symbols(row)] for name in MATRICES}
    lengths = {kind: code_lengths(tally(streams.values(), kind)) for kind in (True, False)}
    codes = {kind: codes_of(table) for kind, table in lengths.items()}
    payloads = {"weight_code": pack_lengths(lengths[True], 256), "gap_code": pack_lengths(lengths[False], 64)}
    for name in MATRICES:
        payloads[name] = pack_matrix(*matrices[name], streams[name], codes)
    for name, values in vectors.items():
        payloads[name] = np.asarray(values).astype("<i4").tobytes()
    table = lnn.sections_of(head)
    body = b"".join(section(n, kind, rows, columns, f, payloads[name]) for n, name, kind, rows, columns, f in table if n < 14)
    identity = f"{stem}-{hashlib.sha256(body).hexdigest()[:12]}"
    names = "\n".join([identity, *labels]).encode("ascii")
    body += section(14, lnn.TEXT, 1, 1, 0, names, pad=False)
    blocks = sum(int((matrices[name][0].reshape(-1, lnn.BLOCK) != 0).any(1).sum()) for name in MATRICES)
    values = {**head, "magic": lnn.MAGIC, "version": lnn.VERSION, "sections": len(table), "bytes": lnn.HEADER_BYTES + len(body), "crc": 0,
              "non_zero_blocks": blocks, "reserved": 0}
    data = struct.pack(lnn.HEADER, *(values[f] for f in lnn.FIELDS)) + body
    data = data[:12] + struct.pack("<I", zlib.crc32(data[16:])) + data[16:]
    check_round_trip(data, matrices, vectors)
    return data


def check_round_trip(data, matrices, vectors):
    """What the strict reader finds must be what went in."""
    found = lnn.read(data)
    for name, (weights, scales) in matrices.items():
        integers, mantissa, exponent, _ = found[name]
        value, wanted = integers * (mantissa * 2.0**exponent)[:, None], weights * np.asarray(scales)[:, None]
        assert np.array_equal(integers, weights) and np.array_equal(value, wanted), name
    for name, values in vectors.items():
        assert np.array_equal(found[name].ravel(), np.asarray(values).ravel()), name


def steps(values, fraction):
    return np.rint(np.asarray(values, np.float64) * 2**fraction).astype(np.int64)


def of_net(net, mean_start, scale, labels, stem, solver="euler", timestep=160):
    """bytes of a net.Net. mean_start and scale are the front end's; `stem` begins the model's id."""
    import net as model

    matrices = {}
    for name in MATRICES:
        integers, row_scales = model.quantise(net.masked(name).detach(), net.bits)
        matrices[name] = (integers.numpy().astype(int), row_scales.double().numpy() * (integers.numpy() != 0).any(1))
    biases = {"context_bias": "context", "gate_bias": "input", "attention_bias": "attention", "read_out_bias": "read_out"}
    vectors = {ours: steps(net.biases[theirs].detach(), 12) for ours, theirs in biases.items()}
    vectors["leak"] = steps(net.leak().detach(), 15)
    vectors["front_end"] = np.stack([steps(mean_start, 12), steps(scale, 12)])
    head = {"features": len(mean_start), "context": model.CONTEXT, "channels": net.channels, "hidden": net.hidden, "labels": len(labels),
            "solver": lnn.SOLVERS.index(solver), "weight_bits": net.bits, "timestep": timestep, "mean_leak": int(model.MEAN_LEAK * 65536),
            "mean_start": int(model.MEAN_START * 4096), "maximum_fall": int(model.MAXIMUM_FALL * 32768), "rate_bound": int(model.RATE_BOUND * 32768)}
    return encode(head, matrices, vectors, labels, stem)


def summary(path):
    with open(path, "rb") as f:
        data = f.read()
    found = lnn.read(data)
    weights = {name: found[name][0] for name in MATRICES}
    weights["context"] = weights["context"][:, np.arange(weights["context"].shape[1]) % lnn.HOP_COLUMNS < found["head"]["features"]]
    zero, total = sum((w == 0).sum() for w in weights.values()), sum(w.size for w in weights.values())
    head = found["head"]
    return (f"{path}: {found['names'][0]}, {len(data)} bytes, {head['channels']} channels, {head['hidden']} hidden, {head['weight_bits']} bits, "
            f"{100 * zero / total:.1f} % of {total} weights zero, {head['non_zero_blocks']} blocks stored, "
            f"{lnn.SOLVERS[head['solver']]}, timestep {head['timestep']}")


def main(arguments):
    if len(arguments) < 2 or arguments[0] != "--check":
        sys.exit("usage: export_lnn.py --check <file.lnn>...")
    for path in arguments[1:]:
        try:
            print(summary(path))
        except lnn.Refused as refusal:
            sys.exit(f"{path}: {refusal}")


if __name__ == "__main__":
    main(sys.argv[1:])
