"""When the cell moves: the energy gate and the cell's own clock, as training sees them. Times in tenths of a millisecond.

The firmware's cell takes `timestep` long steps while they are due (contract in cell.h). Training takes them together: one step
a hop, as long as all steps of that hop. That costs one pass of the loop a hop whatever the timestep, and with the same input
held, several short Euler steps and one of their length differ little below the rate bound.
"""
import torch

HOP_TENTHS = 160
# Complexity at and above which a timestep holds.
ADAPTIVE = ((0.0, 500), (0.1, 250), (0.3, 150), (0.6, 80), (1.0, 50))


def without_shut_hops(values, shut):
    """[n, hops, ...] with the hops of a shut gate taken out and the others moved up, and bool[n, hops]: is there a hop."""
    order = torch.sort(shut.to(torch.uint8), dim=1, stable=True).indices
    there = torch.arange(shut.shape[1])[None] < (~shut).sum(1, keepdim=True)
    index = order.reshape(*order.shape, *[1] * (values.dim() - 2)).expand_as(values)
    return values.gather(1, index), there


def lengths(timestep, there):
    """Timestep in force in each hop, [n, hops] -> how far the cell moves in it, in hops (0: no step was due)."""
    due, moved = torch.zeros(len(timestep), dtype=torch.long), []
    for t in range(timestep.shape[1]):
        due = due + HOP_TENTHS
        now = due // timestep[:, t] * timestep[:, t]
        due = due - now
        moved.append(now)
    return torch.stack(moved, 1).float() / HOP_TENTHS * there


def adaptive(complexity):
    timestep = torch.empty_like(complexity, dtype=torch.long)
    for least, tenths in ADAPTIVE:
        timestep[complexity >= least] = tenths
    return timestep
