import type { Random } from '../statistics/random.ts';
import { countBursts, poissonRateBounds } from '../statistics/rate.ts';
import { exponential, poisson } from './draws.ts';
import { atMost, type Situation } from './situation.ts';

const GROUP = 'False accepts per hour';

/** Limit one event in ten hours. */
const LIMIT = 0.1;
const HOLD_OFF_HOURS = 5 / 60;

/** Times in hours: bursts at the limit's rate, each of one event and then, each time with 1/2, one more a minute later. */
function burstTimes(random: Random, hours: number, burstsPerHour: number): number[] {
	const times: number[] = [];
	for (let time = 0; ; ) {
		time += exponential.draw(random) / burstsPerHour;
		if (time > hours) return times;
		times.push(time);
		while (random.uniform() < 0.5) {
			time += 1 / 60;
			times.push(time);
		}
	}
}

export function rateSituations(): Situation[] {
	return [
		...[30, 100, 500].map(
			(hours): Situation => ({
				group: GROUP,
				procedure: 'exact Poisson bounds',
				data: `${hours} h, limit ${LIMIT} / h`,
				trials: 20_000,
				trial: (random) => atMost(LIMIT, poissonRateBounds(poisson(random, LIMIT * hours), hours)),
			}),
		),
		{
			group: GROUP,
			procedure: 'exact Poisson bounds of bursts',
			data: `100 h, limit ${LIMIT} bursts / h, two events a burst`,
			trials: 20_000,
			trial: (random) =>
				atMost(LIMIT, poissonRateBounds(countBursts(burstTimes(random, 100, LIMIT), HOLD_OFF_HOURS), 100)),
		},
		{
			group: GROUP,
			procedure: 'exact Poisson bounds of every event of a burst',
			rejected: 'events of one burst are one cause',
			data: `100 h, limit ${LIMIT} / h, two events a burst`,
			trials: 20_000,
			trial: (random) => atMost(LIMIT, poissonRateBounds(burstTimes(random, 100, LIMIT / 2).length, 100)),
		},
	];
}
