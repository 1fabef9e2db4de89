import { html, type Markup } from '../html/markup.ts';
import { envelope } from './envelope.ts';
import { path, svg } from './svg.ts';

const WIDTH = 150;
const HEIGHT = 34;
const FULL_SCALE = 32_768;

/** A clip at a glance: silence, speech, or noise. Drawn to its own peak, so that a quiet word can be seen. */
export function waveform(samples: Int16Array, label: string): Markup {
	const stretches = envelope(samples, WIDTH);
	const peak = Math.max(1, ...stretches.map(({ least, most }) => Math.max(-least, most)));
	const y = (value: number) => HEIGHT / 2 - (value / peak) * (HEIGHT / 2 - 1);
	const outline: [number, number][] = [
		...stretches.map(({ from, most }) => [from * WIDTH, y(most) - 0.4] as [number, number]),
		...stretches.toReversed().map(({ from, least }) => [from * WIDTH, y(least) + 0.4] as [number, number]),
	];
	const decibels = (20 * Math.log10(peak / FULL_SCALE)).toFixed(0);
	return svg(
		{ width: WIDTH, height: HEIGHT, className: 'wave', label: `${label}, peak ${decibels} dB of full scale` },
		[html`<path class="envelope" d="${path(outline, true)}"/>`],
	);
}
