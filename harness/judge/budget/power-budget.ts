import type { DeviceFacts, OperatingPoint, PowerFacts } from '../../generated/device.ts';
import type { SpecCell } from '../../generated/spec.ts';
import { operatingPoint, wakeUpOf } from '../../scenario/operating-point.ts';
import { figure } from '../closure/close.ts';
import { type BudgetContext, type CellBudget, countsOf, countsText, EMPTY, whole } from './cell-budget.ts';

/**
 * A limit on mean power, energy per inference or battery life as time awake: P = awake x P_run + (1 - awake) x P_sleep,
 * solved for the share of the time awake, with the data sheet's currents.
 */
export function powerBudget(cell: SpecCell, facts: DeviceFacts, context: BudgetContext): CellBudget {
	const hopSeconds = context.hopSamples / context.sampleRateHz;
	const limitMw = limitMilliwatts(cell, facts, hopSeconds);
	if (limitMw === null)
		return { ...EMPTY, state: 'unknown', text: [`${facts.id} declares no \`battery.milliwattHours\``] };
	const { power, model } = facts;
	const from = originText(cell, facts, limitMw, hopSeconds);
	if (power === undefined || model?.currents === undefined) {
		const milliamperes = power === undefined ? null : limitMw / power.supplyVolts;
		const at =
			milliamperes === null ? '' : `, ${figure(milliamperes)} mA on average at ${figure(power?.supplyVolts ?? 0)} V`;
		const missing = [
			...(power === undefined ? ['`power.supplyVolts`'] : []),
			...(model?.currents === undefined ? ['`model.currents`'] : []),
		];
		const text = `${facts.id} declares no ${missing.join(' and no ')}: how much of that sleeping takes is unknown`;
		return { ...EMPTY, state: 'unknown', milliwatts: limitMw, milliamperes, text: [`${from}${at}`, text] };
	}
	const point = operatingPoint(facts);
	if (point === null) {
		const declared = model.currents.map(({ clockHz }) => figure(clockHz / 1e6)).join(', ');
		const text = `currents are declared at ${declared} MHz, but the clock is ${figure(facts.clock.hz / 1e6)} MHz: current does not follow the clock in proportion`;
		return {
			...EMPTY,
			state: 'unknown',
			milliwatts: limitMw,
			milliamperes: limitMw / power.supplyVolts,
			text: [from, text],
		};
	}
	const levels = { limitMw, ...milliwattsAt(point, power), power, from };
	const worked = split(cell, facts, context, levels);
	return {
		...worked,
		text: [...worked.text, ...otherClocks(cell, facts, context, levels), ...wakeUps(facts, context)],
	};
}

function milliwattsAt(point: OperatingPoint, power: PowerFacts): { runMw: number; sleepMw: number } {
	return { runMw: point.runMilliamperes * power.supplyVolts, sleepMw: point.sleepMilliamperes * power.supplyVolts };
}

interface Levels {
	limitMw: number;
	runMw: number;
	sleepMw: number;
	power: PowerFacts;
	from: string;
}

function split(cell: SpecCell, facts: DeviceFacts, context: BudgetContext, levels: Levels): CellBudget {
	const { limitMw, runMw, sleepMw, power, from } = levels;
	const volts = power.supplyVolts;
	const known = { ...EMPTY, milliwatts: limitMw, milliamperes: limitMw / volts };
	const average = `${from}: ${figure(limitMw / volts)} mA on average at ${figure(volts)} V`;
	if (sleepsOver(cell, sleepMw, limitMw)) {
		return {
			...known,
			state: 'infeasible',
			cyclesPerHop: 0,
			countsPerHop: countsOf(0, facts),
			awakeShare: 0,
			text: [
				`asleep all the time it draws ${figure(sleepMw)} mW (${figure(sleepMw / volts)} mA at ${figure(volts)} V), ${figure(sleepMw / limitMw)} times the ${figure(limitMw)} mW: no firmware can meet it in this sleep mode`,
				average,
				...neededSleep(levels, facts, context),
			],
		};
	}
	const awake = awakeShareOf(levels);
	const perSecond = awake * facts.clock.hz;
	const perHop = (perSecond * context.hopSamples) / context.sampleRateHz;
	const room = awake === 1 ? 'it may be awake all the time' : `it may be awake ${figure(100 * awake)} % of the time`;
	return {
		...known,
		state: 'feasible',
		cyclesPerHop: perHop,
		countsPerHop: countsOf(perHop, facts),
		awakeShare: awake,
		text: [
			`${room}: ${whole(perSecond)} cycles a second, ${whole(perHop)} a hop${countsText(perHop, facts)}`,
			`${average}; ${figure(runMw)} mW awake, ${figure(sleepMw)} mW asleep`,
		],
	};
}

/** Asleep all the time it still misses the limit. */
function sleepsOver({ limit }: SpecCell, sleepMw: number, limitMw: number): boolean {
	const isStrict = limit.op === '<' || limit.op === '>';
	return sleepMw > limitMw || (isStrict && sleepMw === limitMw);
}

function awakeShareOf({ limitMw, runMw, sleepMw }: Pick<Levels, 'limitMw' | 'runMw' | 'sleepMw'>): number {
	return runMw <= limitMw ? 1 : (limitMw - sleepMw) / (runMw - sleepMw);
}

/** What the other declared clocks would allow: the one with the most cycles for a hop, or the nearest miss. */
function otherClocks(cell: SpecCell, facts: DeviceFacts, context: BudgetContext, levels: Levels): string[] {
	const { limitMw, power } = levels;
	const others = (facts.model?.currents ?? [])
		.filter(({ clockHz }) => clockHz !== facts.clock.hz)
		.map((point) => ({ ...milliwattsAt(point, power), point }));
	const allowed = others
		.filter(({ sleepMw }) => !sleepsOver(cell, sleepMw, limitMw))
		.map(({ runMw, sleepMw, point }) => {
			const awake = awakeShareOf({ limitMw, runMw, sleepMw });
			return { point, awake, perHop: (awake * point.clockHz * context.hopSamples) / context.sampleRateHz };
		})
		.sort((a, b) => b.perHop - a.perHop);
	const at = ({ clockHz, runMilliamperes, sleepMilliamperes }: OperatingPoint) =>
		`at ${figure(clockHz / 1e6)} MHz (${current(runMilliamperes)} awake, ${current(sleepMilliamperes)} asleep)`;
	const [best] = allowed;
	if (best !== undefined)
		return [
			`${at(best.point)} it could be awake ${figure(100 * best.awake)} % of the time: ${whole(best.perHop)} cycles a hop, the most of all declared clocks but its own`,
		];
	const nearest = others.sort((a, b) => a.sleepMw - b.sleepMw)[0];
	if (nearest === undefined) return [];
	return [`no other declared clock meets it: ${at(nearest.point)} it draws ${figure(nearest.sleepMw)} mW asleep`];
}

/** What waking up for each hop takes by itself. */
function wakeUps(facts: DeviceFacts, context: BudgetContext): string[] {
	const { seconds, coulombs } = wakeUpOf(facts);
	const point = operatingPoint(facts);
	const volts = facts.power?.supplyVolts ?? 0;
	if (point === null || (seconds === 0 && coulombs === 0)) return [];
	const more = (point.runMilliamperes - point.sleepMilliamperes) / 1000;
	const milliwatts = (1000 * volts * (seconds * more + coulombs) * context.sampleRateHz) / context.hopSamples;
	return [`waking up once a hop takes ${figure(milliwatts)} mW of it`];
}

/** At which sleep current the limit can be met: at all, and with time to compute. */
function neededSleep({ limitMw, runMw, power }: Levels, facts: DeviceFacts, context: BudgetContext): string[] {
	const volts = power.supplyVolts;
	const most = limitMw / volts;
	// Asleep at next to nothing, all of the limit may go into being awake.
	const awake = Math.min(1, limitMw / runMw);
	const perHop = (awake * facts.clock.hz * context.hopSamples) / context.sampleRateHz;
	return [
		`it becomes feasible below ${current(most)} asleep (a deeper mode: clocks stopped, peripherals and flash off); at no current asleep it could be awake ${figure(100 * awake)} % of the time, ${whole(perHop)} cycles a hop, and at ${current(most / 2)} about half of that`,
	];
}

function current(milliamperes: number): string {
	return milliamperes < 0.1 ? `${figure(1000 * milliamperes)} uA` : `${figure(milliamperes)} mA`;
}

/** Mean power the limit comes down to, mW; null where the battery is unknown. */
function limitMilliwatts(cell: SpecCell, facts: DeviceFacts, hopSeconds: number): number | null {
	const { value } = cell.limit;
	if (cell.metric === 'energy') return value / hopSeconds;
	if (cell.metric !== 'battery-life') return value;
	const { battery } = facts;
	if (battery === undefined) return null;
	// The least the battery may hold has to last.
	return (battery.milliwattHours * (1 - (battery.uncertaintyFraction ?? 0))) / value;
}

function originText(cell: SpecCell, facts: DeviceFacts, limitMw: number, hopSeconds: number): string {
	if (cell.metric === 'energy')
		return `${figure(cell.limit.value)} mJ every ${figure(1000 * hopSeconds)} ms is ${figure(limitMw)} mW`;
	if (cell.metric === 'battery-life') {
		const { milliwattHours = 0, uncertaintyFraction = 0 } = facts.battery ?? {};
		const least = uncertaintyFraction > 0 ? ` less ${figure(100 * uncertaintyFraction)} %` : '';
		return `${figure(milliwattHours)} mWh${least} over ${figure(cell.limit.value)} h is ${figure(limitMw)} mW`;
	}
	return `the limit is ${figure(limitMw)} mW`;
}
