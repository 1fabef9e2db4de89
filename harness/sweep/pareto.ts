/** Which of many designs are worth looking at, when less of one thing costs some of another. Pure. */

/** A design: what it costs (less is better) and what it gives (more is better); null where it was not measured. */
export interface Design {
	key: string;
	cost: number | null;
	benefit: number | null;
	/** Why one of them is missing, for people. */
	why?: string;
}

export interface ParetoFront {
	/** Designs that no other beats in one of the two without losing in the other, cheapest first; equal ones all of them. */
	front: string[];
	/** Designs without a place, and why. They beat nobody, and nobody beats them. */
	excluded: { key: string; why: string }[];
}

/** A design is beaten by one that is as good in both and better in one. */
export function paretoFront(designs: readonly Design[]): ParetoFront {
	const excluded: ParetoFront['excluded'] = [];
	const placed: { key: string; cost: number; benefit: number }[] = [];
	for (const { key, cost, benefit, why } of designs) {
		if (isNumber(cost) && isNumber(benefit)) placed.push({ key, cost, benefit });
		else excluded.push({ key, why: why ?? 'it was not measured' });
	}
	const byCost = placed
		.map((design, order) => ({ ...design, order }))
		.sort((a, b) => a.cost - b.cost || b.benefit - a.benefit || a.order - b.order);
	const front: typeof byCost = [];
	for (const design of byCost) {
		const best = front.at(-1);
		const isEqual = best !== undefined && best.cost === design.cost && best.benefit === design.benefit;
		// All before it cost as much or less: it must give more than any of them.
		if (best === undefined || design.benefit > best.benefit || isEqual) front.push(design);
	}
	return { front: front.map(({ key }) => key), excluded };
}

function isNumber(value: number | null): value is number {
	return value !== null && Number.isFinite(value);
}
