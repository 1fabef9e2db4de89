import test from 'ava';
import { parseCallGraph } from './call-graph.ts';

const CI = `graph: { title: "/f/a.c"
node: { title: "/f/a.c:leaf" label: "leaf\\n/f/a.c:3:13\\n24 bytes (static)" }
node: { title: "memcpy" label: "memcpy\\n<built-in>" shape : ellipse }
node: { title: "grows" label: "grows\\n/f/a.c:9:5\\n40 bytes (dynamic)" }
node: { title: "pads" label: "pads\\n/f/a.c:20:5\\n48 bytes (dynamic,bounded)" }
edge: { sourcename: "grows" targetname: "/f/a.c:leaf" label: "/f/a.c:10:2" }
edge: { sourcename: "grows" targetname: "memcpy" label: "/f/a.c:11:2" }
node: { title: "__indirect_call" label: "Indirect Call Placeholder" shape : ellipse }
edge: { sourcename: "pads" targetname: "__indirect_call" label: "/f/a.c:21:3" }
node: { title: "/f/a.c:pump.isra.0" label: "pump.isra\\n/f/a.c:30:13\\n80 bytes (static)" }
}
`;

test('frames, calls and calls through pointers of one file', (t) => {
	const { functions } = parseCallGraph([CI]);
	t.deepEqual([...functions.keys()], ['/f/a.c:leaf', 'grows', 'pads', '/f/a.c:pump.isra.0']);
	t.like(functions.get('/f/a.c:leaf'), { name: 'leaf', file: '/f/a.c', frameBytes: 24, isDynamic: false });
	const grows = functions.get('grows');
	t.true(grows?.isDynamic);
	t.deepEqual([...(grows?.calls ?? [])], ['/f/a.c:leaf', 'memcpy']);
	t.like(functions.get('pads'), { isDynamic: false, indirect: ['/f/a.c:21:3'] });
	t.is(functions.get('/f/a.c:pump.isra.0')?.name, 'pump');
});

test('a function that two files define has the larger frame and the calls of both', (t) => {
	const other = `graph: { title: "/f/b.c"
node: { title: "grows" label: "grows\\n/f/b.c:9:5\\n56 bytes (static)" }
edge: { sourcename: "grows" targetname: "memset" label: "/f/b.c:10:2" }
}`;
	const grows = parseCallGraph([CI, other]).functions.get('grows');
	t.is(grows?.frameBytes, 56);
	t.deepEqual([...(grows?.calls ?? [])], ['/f/a.c:leaf', 'memcpy', 'memset']);
});

test('a frame whose size cannot be read is no number', (t) => {
	const { functions } = parseCallGraph([CI.replace('24 bytes (static)', 'many bytes (static)')]);
	t.true(Number.isNaN(functions.get('/f/a.c:leaf')?.frameBytes));
});

test('anything may stand in such a file', (t) => {
	t.is(parseCallGraph(['', '\0\0', 'node: { title: "', 'edge: { sourcename: "x" targetname: "y" }']).functions.size, 0);
});
