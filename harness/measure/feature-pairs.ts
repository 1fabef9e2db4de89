/** Rows of reference features beside rows of a device's, in real units, and how well one explains the other. Pure. */

/** One coefficient in its own place: device = offset + gain x reference, by least squares. */
export interface CoefficientFit {
	snrDb: number;
	gain: number;
	offset: number;
	correlation: number;
}

/** One clip: a row a hop; `null` where the device has none (it gated the hop). */
interface ClipPairs {
	reference: readonly Float64Array[];
	device: readonly (Float64Array | null)[];
}

/** Mean square of the rounding to whole steps. */
const ROUNDING = 1 / 12;

export class FeaturePairs {
	readonly #referenceScale: number;
	#clips: ClipPairs[] = [];
	/** Mean square of both roundings, in real units: no difference can be seen below it. */
	#floor = 0;
	#moments: Moments | null = null;

	/** @param referenceScale steps a unit, of the reference's integers */
	constructor(referenceScale: number) {
		this.#referenceScale = referenceScale;
	}

	/** Rows of integers in steps of 1 / scale; both have as many rows, and all rows are alike long. */
	add(
		reference: readonly (readonly number[])[],
		device: readonly Int16Array[],
		deviceScale: number,
		gated: readonly boolean[],
	): void {
		this.#clips.push({
			reference: reference.map((row) => Float64Array.from(row, (value) => value / this.#referenceScale)),
			device: device.map((row, hop) => (gated[hop] ? null : Float64Array.from(row, (value) => value / deviceScale))),
		});
		this.#floor = Math.max(this.#floor, ROUNDING * (this.#referenceScale ** -2 + deviceScale ** -2));
		this.#moments = null;
	}

	get clips(): number {
		return this.#clips.length;
	}

	/** Rows that both have. */
	get hops(): number {
		return this.#rows().length;
	}

	get gatedHops(): number {
		return this.#clips.reduce((sum, { device }) => sum + device.filter((row) => row === null).length, 0);
	}

	get coefficients(): number {
		return this.#clips[0]?.reference[0]?.length ?? 0;
	}

	/** Whether any coefficient of the reference varies at all. */
	get varies(): boolean {
		return this.#stats().weight.some((weight) => weight > 0);
	}

	/**
	 * The reference's variation over the difference, dB, each coefficient in units of the reference's standard deviation;
	 * a coefficient that never varies is left out.
	 */
	snrDb(): number {
		const { weight } = this.#stats();
		let noise = 0;
		for (const [x, y] of this.#rows())
			for (let c = 0; c < weight.length; c++) noise += at(weight, c) * (at(y, c) - at(x, c)) ** 2;
		return this.#ratioDb(noise);
	}

	/** The largest difference of any feature in any hop, in real units. */
	maxError(): number {
		let most = 0;
		for (const [x, y] of this.#rows())
			for (let c = 0; c < x.length; c++) most = Math.max(most, Math.abs(at(y, c) - at(x, c)));
		return most;
	}

	/** order[i]: which of the device's coefficients stands for the reference's i. */
	reordered(order: readonly number[]): FeaturePairs {
		return this.#changed(([, y]) => Float64Array.from(order, (from) => at(y, from)));
	}

	/** The device's values divided by one factor (1 where the factor is none: zero, negative or not a number). */
	divided(gain: number): FeaturePairs {
		const factor = gain > 0 && Number.isFinite(gain) ? gain : 1;
		return this.#changed(([, y]) => y.map((value) => value / factor));
	}

	/** The mean difference of each coefficient taken out. */
	centred(): FeaturePairs {
		const { meanX, meanY } = this.#stats();
		return this.#changed(([, y]) => y.map((value, c) => value - at(meanY, c) + at(meanX, c)));
	}

	/** The device's row of `hops` later (negative: earlier) beside each row of the reference, inside each clip. */
	shifted(hops: number): FeaturePairs {
		const pairs = new FeaturePairs(this.#referenceScale);
		pairs.#floor = this.#floor;
		pairs.#clips = this.#clips.map(({ reference, device }) => ({
			reference,
			device: reference.map((_, hop) => device[hop + hops] ?? null),
		}));
		return pairs;
	}

	/** The one factor from reference to device that leaves the smallest difference. */
	gain(): number {
		const { weight } = this.#stats();
		let [xy, xx] = [0, 0];
		for (const [x, y] of this.#rows()) {
			for (let c = 0; c < weight.length; c++) {
				xy += at(weight, c) * at(x, c) * at(y, c);
				xx += at(weight, c) * at(x, c) ** 2;
			}
		}
		return xx === 0 ? 0 : xy / xx;
	}

	/** Each coefficient in its own place. */
	fits(): CoefficientFit[] {
		const { meanX, meanY, varX, weight, covariance } = this.#stats();
		const rows = this.#rows();
		return Array.from({ length: weight.length }, (_, c) => {
			const noise = rows.reduce((sum, [x, y]) => sum + (at(y, c) - at(x, c)) ** 2, 0) / rows.length;
			const gain = at(varX, c) === 0 ? 0 : covariance(c, c) / at(varX, c);
			return {
				snrDb: decibels(at(varX, c), Math.max(noise, this.#floor)),
				gain,
				offset: at(meanY, c) - gain * at(meanX, c),
				correlation: this.#correlation(c, c),
			};
		});
	}

	/** SNR after the best factor and offset of each coefficient were taken out: what correlation alone explains. */
	fittedSnrDb(): number {
		const { weight } = this.#stats();
		const left = Array.from(weight, (w, c) => (w === 0 ? 0 : 1 - this.#correlation(c, c) ** 2));
		return this.#ratioDb(this.hops * left.reduce((sum, value) => sum + value, 0));
	}

	/**
	 * The device's coefficient that is most like each of the reference's, no two for one: the greatest correlations first.
	 * Where an exact order exists its correlations are all near 1, and no better assignment has to be searched for.
	 */
	bestOrder(): number[] {
		const k = this.coefficients;
		const candidates: { to: number; from: number; likeness: number }[] = [];
		for (let to = 0; to < k; to++)
			for (let from = 0; from < k; from++) candidates.push({ to, from, likeness: this.#correlation(to, from) });
		// Equal ones (constant coefficients): their own place first.
		candidates.sort((a, b) => b.likeness - a.likeness || Math.abs(a.to - a.from) - Math.abs(b.to - b.from));
		const order = new Array<number>(k).fill(-1);
		const taken = new Set<number>();
		for (const { to, from } of candidates) {
			if (order[to] !== -1 || taken.has(from)) continue;
			order[to] = from;
			taken.add(from);
		}
		return order;
	}

	/** Of the reference's coefficient `i` with the device's `j`; 0 where either does not vary. */
	#correlation(i: number, j: number): number {
		const { varX, varY, covariance } = this.#stats();
		const spread = Math.sqrt(at(varX, i) * at(varY, j));
		return spread === 0 ? 0 : Math.max(-1, Math.min(1, covariance(i, j) / spread));
	}

	#ratioDb(noise: number): number {
		const { weight } = this.#stats();
		const signal = this.hops * weight.filter((value) => value > 0).length;
		const floor = this.hops * this.#floor * weight.reduce((sum, value) => sum + value, 0);
		return decibels(signal, Math.max(noise, floor));
	}

	#changed(change: (row: readonly [Float64Array, Float64Array]) => Float64Array): FeaturePairs {
		const pairs = new FeaturePairs(this.#referenceScale);
		pairs.#floor = this.#floor;
		pairs.#clips = this.#clips.map(({ reference, device }) => ({
			reference,
			device: device.map((y, hop) => (y === null ? null : change([reference[hop] ?? y, y]))),
		}));
		return pairs;
	}

	#rows(): (readonly [Float64Array, Float64Array])[] {
		return this.#clips.flatMap(({ reference, device }) =>
			reference.flatMap((x, hop) => {
				const y = device[hop] ?? null;
				return y === null ? [] : [[x, y] as const];
			}),
		);
	}

	#stats(): Moments {
		this.#moments ??= momentsOf(this.#rows(), this.coefficients, this.#floor);
		return this.#moments;
	}
}

interface Moments {
	meanX: Float64Array;
	meanY: Float64Array;
	/** Variances; 0 where a coefficient varies by no more than its rounding. */
	varX: Float64Array;
	varY: Float64Array;
	/** 1 / varX, 0 where it does not vary. */
	weight: Float64Array;
	/** Of the reference's coefficient i with the device's j. */
	covariance: (i: number, j: number) => number;
}

function momentsOf(rows: (readonly [Float64Array, Float64Array])[], k: number, floor: number): Moments {
	const n = Math.max(1, rows.length);
	const [meanX, meanY, varX, varY] = [0, 1, 2, 3].map(() => new Float64Array(k)) as [
		Float64Array,
		Float64Array,
		Float64Array,
		Float64Array,
	];
	const products = new Float64Array(k * k);
	const add = (sums: Float64Array, index: number, value: number) => {
		sums[index] = at(sums, index) + value / n;
	};
	for (const [x, y] of rows)
		for (let c = 0; c < k; c++) {
			add(meanX, c, at(x, c));
			add(meanY, c, at(y, c));
		}
	for (const [x, y] of rows)
		for (let i = 0; i < k; i++) {
			const dx = at(x, i) - at(meanX, i);
			add(varX, i, dx * dx);
			add(varY, i, (at(y, i) - at(meanY, i)) ** 2);
			for (let j = 0; j < k; j++) add(products, i * k + j, dx * (at(y, j) - at(meanY, j)));
		}
	for (let c = 0; c < k; c++) for (const variance of [varX, varY]) if (at(variance, c) <= floor) variance[c] = 0;
	const weight = varX.map((value) => (value > 0 ? 1 / value : 0));
	return { meanX, meanY, varX, varY, weight, covariance: (i, j) => at(products, i * k + j) };
}

const at = (values: Float64Array, index: number) => values[index] ?? 0;

/** 0 over anything is no signal at all: the least that is ever said. */
function decibels(signal: number, noise: number): number {
	if (signal <= 0) return -120;
	return Math.max(-120, Math.min(120, 10 * Math.log10(signal / noise)));
}
