import { foreignText } from '../link/mqtt/foreign-text.ts';
import type { BridgeEvent } from './bridge-event.ts';

const LONGEST_LINE = 1000;

/** An event as one line for people. Nothing in it can pass for a line of ours, or reach the terminal as more than text. */
export function bridgeLine(event: BridgeEvent): string {
	return foreignText(sentence(event), LONGEST_LINE);
}

function sentence(event: BridgeEvent): string {
	switch (event.event) {
		case 'online':
			return `online ${event.broker} ${event.bench}/${event.device}`;
		case 'offline':
			return `${event.still ? 'still ' : ''}offline: ${event.reason.replace(/\.$/, '')}; trying again`;
		case 'unseen':
			return `warning: the broker does not show ${event.bench}/${event.device} to us, so probably to nobody: has this account the rights of that device (firmware/wire/MQTT.md section 5)?`;
		case 'rival':
			return `warning: something else on this broker says that it is ${event.bench}/${event.device}: stop one of the two, or give it another bench`;
		case 'waiting':
			return `${event.holder} waits for the board, which is held by ${event.behind}`;
		case 'held':
			return `held by ${event.holder}`;
		case 'flashed':
			return `flashed build ${event.build.slice(0, 12)} by ${event.tool}`;
		case 'streaming':
			return `streaming on channel ${event.channel}`;
		case 'released':
			return event.reason === null ? `released by ${event.holder}` : `taken back from ${event.holder}: ${event.reason}`;
		case 'failed':
			return `${event.op} failed: ${event.reason}`;
		case 'unsafe':
			return `the board may not be idle: ${event.reason}`;
		case 'refused':
			return event.text;
		case 'stopped':
			return 'stopped';
	}
}
