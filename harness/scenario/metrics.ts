import type { Limit, MetricName } from '../generated/spec.ts';

export type Unit = Limit['unit'];

/** What a column of a spec table means when it says nothing more. */
export interface Metric {
	name: MetricName;
	/** As the column is headed. */
	title: string;
	/** Other headings met in the wild, lower case. */
	aliases: readonly string[];
	/** Units a limit may be converted to; the first is what measurements are in. */
	units: readonly [Unit, ...Unit[]];
	better: 'smaller' | 'larger' | 'equal';
	/** Statistics that may be asked for; the first is meant when none is named. */
	statistics: readonly [string, ...string[]];
	/** Why a run on a board cannot measure it, where it cannot. */
	unmeasurable?: string;
}

const SERVICE = 'it is a figure of a running service; a board run sends clips and measures hops';

export const METRICS: readonly Metric[] = [
	{
		name: 'latency',
		title: 'Latency',
		aliases: [],
		units: ['ms'],
		better: 'smaller',
		statistics: ['p99', 'p50', 'p90', 'p95', 'p99.9', 'max'],
	},
	{ name: 'power', title: 'Power', aliases: [], units: ['mW'], better: 'smaller', statistics: ['mean'] },
	{
		name: 'energy',
		title: 'Energy',
		aliases: ['energy per inference'],
		units: ['mJ'],
		better: 'smaller',
		statistics: ['mean'],
	},
	{
		name: 'memory',
		title: 'Memory',
		aliases: ['memory usage'],
		units: ['B'],
		better: 'smaller',
		statistics: ['peak', 'static', 'stack'],
	},
	{
		name: 'accuracy',
		title: 'Accuracy',
		aliases: [],
		units: ['%'],
		better: 'larger',
		statistics: ['fixed_set', 'population'],
	},
	{
		name: 'parity',
		title: 'Parity',
		aliases: [],
		units: ['%'],
		better: 'larger',
		statistics: ['float', 'bit-exact'],
	},
	{ name: 'battery-life', title: 'Battery life', aliases: [], units: ['h'], better: 'larger', statistics: ['mean'] },
	{
		name: 'first-chunk-latency',
		title: 'First chunk latency',
		aliases: [],
		units: ['ms'],
		better: 'smaller',
		statistics: ['p99', 'p50', 'p90', 'p95'],
		unmeasurable: SERVICE,
	},
	{
		name: 'real-time-factor',
		title: 'Real-time factor',
		aliases: ['rtf'],
		units: ['x'],
		better: 'smaller',
		statistics: ['mean'],
		unmeasurable: SERVICE,
	},
	{
		name: 'throughput',
		title: 'Throughput',
		aliases: [],
		units: ['req/s', 'samples/s'],
		better: 'larger',
		statistics: ['mean'],
		unmeasurable: SERVICE,
	},
	{
		name: 'wer',
		title: 'WER',
		aliases: ['word error rate'],
		units: ['%'],
		better: 'smaller',
		statistics: ['fixed_set', 'population'],
		unmeasurable: 'no transcripts come from a board that decides keywords',
	},
	{
		name: 'npu-enabled',
		title: 'NPU enabled',
		aliases: [],
		units: ['yes/no'],
		better: 'equal',
		statistics: ['state'],
		unmeasurable: SERVICE,
	},
];

export function metricOf(name: MetricName): Metric {
	const metric = METRICS.find((candidate) => candidate.name === name);
	if (metric === undefined) throw new Error(`no metric ${name}`);
	return metric;
}

export function metricByTitle(title: string): Metric | null {
	const wanted = title.trim().toLowerCase();
	return METRICS.find((metric) => metric.title.toLowerCase() === wanted || metric.aliases.includes(wanted)) ?? null;
}
