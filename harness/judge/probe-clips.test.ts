/** The probe's clips are the rig's own: on the list or a fault, last or a fault, and never counted. */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DecodedClip, DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import { isAbsent } from '../measure/absent.ts';
import { clipOutcomes } from '../measure/counted-clips.ts';
import { measureMemory } from '../measure/memory.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { madeList, madeSession } from '../testing/made-run.ts';
import { sessionFault } from './session-fault.ts';

const FACTS = deviceOf(
	loadDevices(fileURLToPath(new URL('../../devices', import.meta.url))),
	'stm32f405-emulated',
).facts;
const CRC = '12345678';
const LIST: ClipList = {
	...madeList(FACTS.id, 3),
	probe: { codec: 'mulaw', clips: [{ name: 'probed', samples: 16_000, crc: CRC }] },
};

/** A made session with clips more: copies of its last one under other names, with their clip-end in the messages. */
function withClips(...more: { segment: string; name: string; crc?: string }[]): DecodedSession {
	const session = madeSession({ facts: FACTS, list: LIST });
	const last = session.clips.at(-1) as DecodedClip;
	const end = session.messages.findLast((message) => message.t === 'clip-end');
	for (const [index, { segment, name, crc = CRC }] of more.entries()) {
		const clip = 1000 + index;
		session.clips.push({ ...last, event: { ...last.event, segment, name, crc, clip } });
		if (end?.t === 'clip-end') session.messages.push({ ...end, clip });
	}
	return session;
}

const faultOf = (session: DecodedSession, list = LIST) => sessionFault(session, FACTS, list)?.reason ?? null;

test('a listed probe after all else is no fault, and nothing is counted from it', (t) => {
	const session = withClips({ segment: 'probe', name: 'probed' });
	t.is(faultOf(session), null);
	t.deepEqual(clipOutcomes(session, LIST), clipOutcomes(withClips(), LIST));
});

test('a probe that was not to be sent, or of other audio, is a clip nobody listed', (t) => {
	const stray = /was sent, but is not on the run's list/;
	t.regex(faultOf(withClips({ segment: 'probe', name: 'other' })) ?? '', stray);
	t.regex(faultOf(withClips({ segment: 'probe', name: 'probed', crc: '00000000' })) ?? '', stray);
	const { probe, ...without } = LIST;
	t.regex(faultOf(withClips({ segment: 'probe', name: 'probed' }), without) ?? '', stray);
});

test('a clip after the probe is a fault, though it be on the list', (t) => {
	const [segment] = LIST.segments;
	const listed = { segment: segment?.name ?? '', name: segment?.clips[0]?.name ?? '' };
	const stray = /was sent, but is not on the run's list/;
	t.regex(faultOf(withClips({ segment: 'probe', name: 'probed' }, listed)) ?? '', stray);
});

test('memory is asked for before the probe; a judged clip after it still makes it useless', (t) => {
	const probed = measureMemory(withClips({ segment: 'probe', name: 'probed' }), FACTS, LIST);
	t.false(isAbsent(probed));
	t.deepEqual(probed, measureMemory(withClips(), FACTS, LIST));
	const late = measureMemory(withClips({ segment: 'warm-up', name: 'late' }), FACTS, LIST);
	t.true(isAbsent(late) && /before its last clip/.test(late.reason));
});
