/** What the simulated devices are like: latencies, sessions, traces. */

import { normalCdf, normalQuantile } from '../statistics/distributions.ts';
import type { Random } from '../statistics/random.ts';

/** A distribution of positive values, ms, with its true quantile. */
export interface Shape {
	name: string;
	draw(random: Random): number;
	quantile(p: number): number;
}

/** @param sigma standard deviation of the logarithm; the median is 1 */
export function lognormal(sigma: number): Shape {
	return {
		name: `lognormal, sigma ${sigma}`,
		draw: (random) => Math.exp(sigma * random.normal()),
		quantile: (p) => Math.exp(sigma * normalQuantile(p)),
	};
}

export const exponential: Shape = {
	name: 'exponential',
	draw: (random) => -Math.log(1 - random.uniform()),
	quantile: (p) => -Math.log(1 - p),
};

/** Jitter with a hard end, as of a poll or a tick. */
export const uniform: Shape = {
	name: 'uniform over 10 %',
	draw: (random) => 1 + 0.1 * random.uniform(),
	quantile: (p) => 1 + 0.1 * p,
};

/** A share of the hops takes `factor` times as long; within each mode lognormal with sigma. */
export function bimodal(share: number, factor: number, sigma = 0.02): Shape {
	const cdf = (x: number) =>
		(1 - share) * normalCdf(Math.log(x) / sigma) + share * normalCdf(Math.log(x / factor) / sigma);
	return {
		name: `${100 * share} % slow mode, ${factor} times as long, each within ${100 * sigma} %`,
		draw: (random) => Math.exp(sigma * random.normal()) * (random.uniform() < share ? factor : 1),
		quantile: (p) => {
			let low = Math.exp(-10 * sigma);
			let high = factor * Math.exp(10 * sigma);
			for (let step = 0; step < 80; step++) {
				const middle = Math.sqrt(low * high);
				if (cdf(middle) < p) low = middle;
				else high = middle;
			}
			return Math.sqrt(low * high);
		},
	};
}

/** n samples, ascending, each multiplied by `factor`. */
export function sortedSession(random: Random, shape: Shape, n: number, factor = 1): Float64Array {
	const samples = new Float64Array(n);
	for (let index = 0; index < n; index++) samples[index] = factor * shape.draw(random);
	return samples.sort();
}

/** A stationary first-order autoregressive trace with mean 0 and standard deviation 1. */
export function autoregressive(random: Random, n: number, rho: number): Float64Array {
	const trace = new Float64Array(n);
	const innovation = Math.sqrt(1 - rho * rho);
	let value = random.normal();
	for (let index = 0; index < n; index++) {
		trace[index] = value;
		value = rho * value + innovation * random.normal();
	}
	return trace;
}

/** A systematic error anywhere within +-a, equally likely. */
export const rectangular = (random: Random, a: number) => a * (2 * random.uniform() - 1);

/** Student's t with 3 degrees of freedom, scaled to standard deviation 1. */
export function heavyTailed(random: Random): number {
	const chiSquare = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
	return random.normal() / Math.sqrt(chiSquare);
}

export function poisson(random: Random, mean: number): number {
	let count = 0;
	for (let time = exponential.draw(random); time < mean; time += exponential.draw(random)) count += 1;
	return count;
}

/** Gamma(shape, 1): sums of exponentials for the whole part, Johnk's method for the rest. */
export function gamma(random: Random, shape: number): number {
	let sum = 0;
	const whole = Math.floor(shape);
	for (let k = 0; k < whole; k++) sum += exponential.draw(random);
	const rest = shape - whole;
	if (rest < 1e-9) return sum;
	for (;;) {
		const x = random.uniform() ** (1 / rest);
		const y = random.uniform() ** (1 / (1 - rest));
		if (x + y <= 1 && x + y > 0) return sum + (exponential.draw(random) * x) / (x + y);
	}
}

/** Beta with this mean and intra-class correlation: how good a speaker is. */
export function speakerRate(random: Random, mean: number, correlation: number): number {
	const total = 1 / correlation - 1;
	const a = gamma(random, mean * total);
	const b = gamma(random, (1 - mean) * total);
	return a / (a + b);
}

/** How many of n clips are right, each with probability p. */
export function rightOf(random: Random, n: number, p: number): number {
	let right = 0;
	for (let clip = 0; clip < n; clip++) if (random.uniform() < p) right += 1;
	return right;
}
