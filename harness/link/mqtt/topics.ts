/** Topic names of wire v1 over MQTT (firmware/wire/MQTT.md section 1). */
import { OssicleError } from '../../error.ts';

export const TOPIC_ROOT = 'ossicle/1';

export type TopicLeaf = 'info' | 'ask' | 'answer' | 'down' | 'up';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const REPLY_TO = /^[0-9a-f]{32}$/;

/** Topics of one device on one bench. */
export interface DeviceTopics {
	readonly info: string;
	readonly ask: string;
	readonly down: string;
	readonly up: string;
	/** @param replyTo 32 hex digits. @throws TypeError for anything else: it would lead to a topic of somebody's choice */
	answer(replyTo: string): string;
}

export interface ParsedTopic {
	bench: string;
	device: string;
	leaf: TopicLeaf;
	/** Of `answer/<replyTo>` only. */
	replyTo: string | null;
}

/** @throws OssicleError `mqtt-name` (usage) for a bench or device that can be no topic level */
export function topicsOf(bench: string, device: string): DeviceTopics {
	const base = `${TOPIC_ROOT}/${checkedName('bench', bench)}/${checkedName('device', device)}`;
	return {
		info: `${base}/info`,
		ask: `${base}/ask`,
		down: `${base}/down`,
		up: `${base}/up`,
		answer(replyTo) {
			if (!REPLY_TO.test(replyTo)) throw new TypeError('replyTo: expected 32 hex digits');
			return `${base}/answer/${replyTo}`;
		},
	};
}

/** @throws OssicleError `mqtt-name` (usage) */
export function checkedName(what: 'bench' | 'device', name: string): string {
	if (NAME.test(name)) return name;
	throw new OssicleError(
		'mqtt-name',
		'usage',
		`${what} ${JSON.stringify(name.slice(0, 80))}: expected 1 to 64 lower-case letters, digits and hyphens, beginning with a letter or digit.`,
		{ name: name.slice(0, 80) },
	);
}

/** What a topic is; `null` for any that is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
	if (topic.length > 256 || !topic.startsWith(`${TOPIC_ROOT}/`)) return null;
	const [bench = '', device = '', leaf, replyTo, ...rest] = topic.slice(TOPIC_ROOT.length + 1).split('/');
	if (!NAME.test(bench) || !NAME.test(device) || rest.length > 0) return null;
	if (leaf === 'answer')
		return replyTo !== undefined && REPLY_TO.test(replyTo) ? { bench, device, leaf, replyTo } : null;
	if (replyTo !== undefined) return null;
	if (leaf !== 'info' && leaf !== 'ask' && leaf !== 'down' && leaf !== 'up') return null;
	return { bench, device, leaf, replyTo: null };
}
