/* Generated from harness/schema/spec.schema.json by `npm run generate`. Do not edit. */

/**
 * This interface was referenced by `Spec`'s JSON-Schema
 * via the `definition` "MetricName".
 */
export type MetricName =
	| 'latency'
	| 'power'
	| 'energy'
	| 'memory'
	| 'accuracy'
	| 'parity'
	| 'battery-life'
	| 'first-chunk-latency'
	| 'real-time-factor'
	| 'throughput'
	| 'wer'
	| 'npu-enabled';

/**
 * The tables of a spec.md, as data. A cell without a requirement (`-`) does not appear.
 */
export interface Spec {
	/**
	 * @minItems 1
	 */
	rows: SpecRow[];
}
export interface SpecRow {
	name: string;
	line: number;
	cells: SpecCell[];
}
/**
 * This interface was referenced by `Spec`'s JSON-Schema
 * via the `definition` "SpecCell".
 */
export interface SpecCell {
	metric: MetricName;
	statistic: string;
	scope: 'session' | 'board' | 'fleet';
	limit: Limit;
	/**
	 * Reported, never gating
	 */
	stretch: Limit | null;
	/**
	 * As written
	 */
	baseline: string | null;
	/**
	 * In spec.md
	 */
	line: number;
	/**
	 * The heading names the scope; else `--sessions` may widen it
	 */
	scopeStated?: boolean;
}
/**
 * This interface was referenced by `Spec`'s JSON-Schema
 * via the `definition` "Limit".
 */
export interface Limit {
	op: '<' | '<=' | '>' | '>=' | '=';
	/**
	 * In `unit`; 1 for yes, 0 for no
	 */
	value: number;
	unit: 'ms' | 'mW' | 'mJ' | 'B' | '%' | 'h' | 'x' | 'x baseline' | 'req/s' | 'samples/s' | 'yes/no';
	/**
	 * As meant, for people: `< 64 KB (65,536 B)`
	 */
	text: string;
}
