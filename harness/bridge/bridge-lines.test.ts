import test from 'ava';
import type { BridgeEvent } from './bridge-event.ts';
import { bridgeLine } from './bridge-lines.ts';

const EVENTS: [BridgeEvent, string][] = [
	[
		{ event: 'online', broker: 'mqtt://127.0.0.1:1883', bench: 'lab', device: 'posix', incarnation: 'a'.repeat(16) },
		'online mqtt://127.0.0.1:1883 lab/posix',
	],
	[
		{ event: 'offline', broker: 'mqtt://127.0.0.1:1883', still: false, reason: 'it hung up.' },
		'offline: it hung up; trying again',
	],
	[
		{ event: 'offline', broker: 'mqtt://127.0.0.1:1883', still: true, reason: 'nothing listens there' },
		'still offline: nothing listens there; trying again',
	],
	[
		{ event: 'rival', bench: 'lab', device: 'posix' },
		'warning: something else on this broker says that it is lab/posix: stop one of the two, or give it another bench',
	],
	[
		{ event: 'unseen', bench: 'lab', device: 'posix' },
		'warning: the broker does not show lab/posix to us, so probably to nobody: has this account the rights of that device (firmware/wire/MQTT.md section 5)?',
	],
	[{ event: 'waiting', holder: 'ci', behind: 'process 7' }, 'ci waits for the board, which is held by process 7'],
	[{ event: 'held', holder: 'ci' }, 'held by ci'],
	[{ event: 'flashed', tool: 'gdb', build: '0123456789abcdef' }, 'flashed build 0123456789ab by gdb'],
	[{ event: 'streaming', channel: 'c'.repeat(16) }, `streaming on channel ${'c'.repeat(16)}`],
	[{ event: 'released', holder: 'ci', reason: null }, 'released by ci'],
	[{ event: 'released', holder: 'ci', reason: 'the board is gone' }, 'taken back from ci: the board is gone'],
	[{ event: 'failed', op: 'flash', reason: 'no probe' }, 'flash failed: no probe'],
	[{ event: 'unsafe', reason: 'it was not reset' }, 'the board may not be idle: it was not reset'],
	[{ event: 'refused', text: 'refused a message' }, 'refused a message'],
	[{ event: 'stopped' }, 'stopped'],
];

for (const [event, line] of EVENTS)
	test(`${event.event}: ${line}`, (t) => {
		t.is(bridgeLine(event), line);
	});

test('a name that somebody chose makes no second line and no escape', (t) => {
	const line = bridgeLine({ event: 'held', holder: 'ci\nreleased by ci\u001b[2J\u202e' });
	t.notRegex(line, /[\p{Cc}\p{Cf}]/u);
	t.true(line.startsWith('held by ci released by ci'));
});
