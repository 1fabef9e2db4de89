/** The commands of the wire which are no clip: each sends one frame; all but CONFIG wait for the line that answers it. */
import type { ClockSpan } from '../capture/session-data.ts';
import { OssicleError } from '../error.ts';
import { CODEC, CONFIG_FLAG, PACING, type ParamMessage, type TelemetryMessage } from '../generated/wire.ts';
import { paramText } from '../scenario/params.ts';
import { assertLineCarries } from '../stimulate/line-budget.ts';
import type { SessionCore } from './session-core.ts';
import type { SessionConfig } from './session-options.ts';

const DEFAULT_HEARTBEAT_MS = 500;
const DEFAULT_JITTER_MS = 100;

/** CONFIG, not yet acknowledged. Throws OssicleError (usage) when the line cannot carry what is asked for. */
export function sendConfig(core: SessionCore, config: SessionConfig): void {
	core.check();
	assertLine(core, config);
	const { codec, pacing, scores = false, adc = false, features = false } = config;
	const { heartbeatMs = DEFAULT_HEARTBEAT_MS, jitterMs = DEFAULT_JITTER_MS } = config;
	const flags = (scores ? CONFIG_FLAG.scores : 0) | (adc ? CONFIG_FLAG.adc : 0) | (features ? CONFIG_FLAG.features : 0);
	core.sender.send('CONFIG', {
		codec: CODEC[codec],
		pacing: PACING[pacing],
		flags,
		reserved: 0,
		heartbeatMs,
		jitterMs,
	});
}

/** MEMORY or HEALTH. `current` is the last answer decoded. Throws OssicleError (rig) when no new one comes. */
export async function ask<Message extends TelemetryMessage>(
	core: SessionCore,
	frame: 'MEMORY' | 'HEALTH',
	current: () => Message | null,
): Promise<Message> {
	core.check();
	const before = current();
	core.sender.send(frame, {});
	const what = `\`${frame.toLowerCase()}\` (answer to ${frame})`;
	await core.waiter.until(() => current() !== before, what, core.timing.answerMs);
	return current() as Message;
}

/** CLOCK: the span between its two stamped lines; 0 ms: both at once. Throws OssicleError (rig) when they do not come. */
export async function measureClock(core: SessionCore, milliseconds: number): Promise<ClockSpan> {
	core.check();
	const clocks = core.decoder.session.clocks ?? [];
	const before = clocks.length;
	core.stampAtOnce = true;
	try {
		core.sender.send('CLOCK', { milliseconds });
		// A clock ten times too slow must still be measured, not time out.
		const limitMs = core.timing.answerMs + 12 * milliseconds;
		const what = 'the second `clock` line (answer to CLOCK; with a counter that stands still it never comes)';
		await core.waiter.until(() => clocks.length > before, what, limitMs);
	} finally {
		core.stampAtOnce = false;
	}
	return clocks[before] as ClockSpan;
}

/** PARAM. Throws OssicleError: `param-refused` (usage) when the firmware refuses it, rig when it does not answer. */
export async function setParam(core: SessionCore, name: string, value: number): Promise<ParamMessage> {
	core.check();
	core.lastParam = null;
	core.sender.send('PARAM', { value }, Buffer.from(name, 'latin1'));
	const answered = () => core.lastParam?.name === name && core.lastParam.value === value;
	await core.waiter.until(answered, `\`param\` for ${name}`, core.timing.answerMs);
	const answer = core.lastParam as unknown as ParamMessage;
	if (!answer.ok) {
		const text = `the firmware ${core.hello.firmware} does not take the parameter ${paramText({ name, value })} (${name} = ${value} on the wire): it has no such parameter, or another range`;
		throw new OssicleError('param-refused', 'usage', text, { name, value });
	}
	return answer;
}

function assertLine(core: SessionCore, config: SessionConfig): void {
	const { baud } = core.options;
	if (baud === undefined) return;
	const { sampleRate, hop, stages, labels } = core.hello;
	assertLineCarries({ ...config, sampleRate, hop, stages: stages.length, labels: labels.length, baud });
}
