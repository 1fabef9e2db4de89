import { mkdirSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { readElf } from '../bench/elf.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { footprintOf } from './footprint.ts';

const ARM = ['-mcpu=cortex-m4', '-mthumb', '-O1', '-ffreestanding', '-nostdlib', '-ffunction-sections'];
const GRAPH = ['-fstack-usage', '-fcallgraph-info=su'];
const LINK = [
	'-Wl,--build-id',
	'-Wl,--gc-sections',
	'-Wl,-e,Reset_Handler',
	'-Wl,-Ttext=0x8000000',
	'-Wl,-Tdata=0x20000000',
];
const FACTS = { firmware: { board: 'test', architecture: 'arm' }, evidence: 'silicon' } as const;

/** Frames of known size: each keeps an array from the optimiser. */
const HEAD = `#include <stdint.h>
#define KEEP(bytes) volatile uint8_t kept[bytes]; kept[0] = 1; (void)kept[0]
struct port { void (*write)(int); void (*idle)(void); };
struct port *port;
volatile int zero;
__attribute__((noinline)) static void leaf(void) { KEEP(64); }
`;

/** The image of a program that the real compiler made, with its call graph beside it unless `flags` leave it out. */
async function built(
	source: string,
	{ graph = true, files = {} }: { graph?: boolean; files?: Record<string, string> } = {},
) {
	const folder = temporaryFolder('stack');
	const sources = { 'boards/board.c': HEAD + source, ...files };
	const objects: string[] = [];
	for (const [name, text] of Object.entries(sources)) {
		const file = path.join(folder, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, text);
		await execa('arm-none-eabi-gcc', [...ARM, ...(graph ? GRAPH : []), '-c', file, '-o', `${file}.o`]);
		objects.push(`${file}.o`);
	}
	const image = path.join(folder, 'image.elf');
	await execa('arm-none-eabi-gcc', [...ARM, ...LINK, ...objects, '-o', image]);
	return { folder, stack: async () => (await footprintOf(await readElf(image), FACTS)).stack };
}

test('the deepest chain of calls, and an interrupt on top of it', async (t) => {
	const { stack } = await built(`
__attribute__((noinline)) static void middle(void) { KEEP(200); leaf(); kept[1] = 2; }
void Reset_Handler(void) { KEEP(16); if (zero) leaf(); else middle(); for (;;) kept[1] = 3; }
__attribute__((used, section(".text.Reset_Handler"))) void SysTick_Handler(void) { KEEP(32); }
`);
	const { bytes, unbounded, path: deepest, interruptBytes } = await stack();
	t.is(unbounded, null);
	t.deepEqual(
		deepest.map((each) => each.replace(/ \d+$/, '')),
		['Reset_Handler', 'middle', 'leaf', '(interrupt)', 'SysTick_Handler'],
	);
	const frames = deepest.map((each) => Number(/ (\d+)$/.exec(each)?.[1] ?? 0));
	t.true((frames[1] ?? 0) >= 200 && (frames[2] ?? 0) >= 64 && (frames[4] ?? 0) >= 32);
	t.is(interruptBytes, (frames[4] ?? 0) + 108);
	t.is(bytes, frames.reduce((sum, each) => sum + each, 0) + 108);
});

test('recursion has no bound, and says by way of whom', async (t) => {
	const { stack } = await built(`
void again(int n);
__attribute__((noinline)) void once(int n) { KEEP(8); again(n - 1); kept[1] = 2; }
__attribute__((noinline)) void again(int n) { KEEP(8); if (n > zero) once(n); kept[1] = 2; }
void Reset_Handler(void) { again(5); for (;;) {} }
`);
	t.like(await stack(), { bytes: null, unbounded: 'recursion: again > once > again' });
});

test('a frame that grows at run time has no bound', async (t) => {
	const { stack } = await built(`
void Reset_Handler(void) { volatile uint8_t grown[zero + 1]; grown[zero] = 1; for (;;) (void)grown[0]; }
`);
	t.regex((await stack()).unbounded ?? '', /^the frame of Reset_Handler \(.*board\.c\) has no fixed size$/);
});

test('a pointer of the port leads to its function in the board; one that nobody declared leaves the stack open', async (t) => {
	const { stack } = await built(`
static void port_write(int value) { KEEP(128); (void)value; }
static struct port own = { port_write, 0 };
void Reset_Handler(void) { port = &own; port->write(1); for (;;) {} }
`);
	t.deepEqual(
		(await stack()).path.map((each) => each.replace(/ \d+$/, '')),
		['Reset_Handler', 'port_write'],
	);
	const unknown = await built(`
static void other(int value) { KEEP(128); (void)value; }
static struct port own = { other, 0 };
void Reset_Handler(void) { struct port *line = &own; port = line; line = port; line->write(1); for (;;) {} }
`);
	t.regex(
		(await unknown.stack()).unbounded ?? '',
		/calls `line->write` through a pointer at board\.c:\d+, and nobody is declared/,
	);
});

test('a function in the image that nothing is known to call is a pointer somebody forgot to declare', async (t) => {
	const { stack } = await built(`
static void port_write(int value) { KEEP(128); (void)value; }
static void port_write_fast(int value) { KEEP(256); (void)value; }
static struct port own = { port_write, 0 };
void Reset_Handler(void) { if (zero) own.write = port_write_fast; port = &own; port->write(1); for (;;) {} }
`);
	t.regex((await stack()).unbounded ?? '', /^port_write_fast: in the image, but nothing is known to call it; declare/);
});

test('a routine without a call graph is known by name, or the stack is open', async (t) => {
	const calling = (name: string) => ({
		files: { 'lib.s': `.syntax unified\n.thumb\n.global ${name}\n.type ${name}, %function\n${name}: bx lr\n` },
	});
	const source = (name: string) =>
		`void ${name}(void); void Reset_Handler(void) { KEEP(8); ${name}(); for (;;) kept[1] = 1; }`;
	const known = await built(source('memset'), calling('memset'));
	t.regex((await known.stack()).path.at(-1) ?? '', /^memset 40$/);
	const unknown = await built(source('mystery'), calling('mystery'));
	t.is((await unknown.stack()).unbounded, 'mystery has no call graph, and what it takes is not declared');
});

test('no call graph, or one of another build, is no bound', async (t) => {
	const source = 'void Reset_Handler(void) { leaf(); for (;;) {} }';
	t.regex(
		(await (await built(source, { graph: false })).stack()).unbounded ?? '',
		/no call graph \(\*\.ci\) lies beside the image/,
	);
	const { folder, stack } = await built(source);
	t.is((await stack()).unbounded, null);
	const later = new Date(Date.now() + 60_000);
	await utimes(path.join(folder, 'boards/board.c.ci'), later, later);
	t.regex((await stack()).unbounded ?? '', /^boards\/board\.c\.ci is newer than the image: it is another build's$/);
});

test('a source that was changed since leaves its pointers unknown', async (t) => {
	const { folder, stack } = await built(`
static void port_write(int value) { KEEP(128); (void)value; }
static struct port own = { port_write, 0 };
void Reset_Handler(void) { port = &own; port->write(1); for (;;) {} }
`);
	t.is((await stack()).unbounded, null);
	const later = new Date(Date.now() + 60_000);
	await utimes(path.join(folder, 'boards/board.c'), later, later);
	t.regex(
		(await stack()).unbounded ?? '',
		/calls through a pointer at board\.c:\d+, and its source is gone or was changed since/,
	);
});

test('a PC program has no bound', async (t) => {
	const { folder } = await built('void Reset_Handler(void) { leaf(); for (;;) {} }');
	const image = await readElf(path.join(folder, 'image.elf'));
	const { stack } = await footprintOf(image, { firmware: { board: 'posix', architecture: 'host' }, evidence: 'host' });
	t.regex(stack.unbounded ?? '', /^a PC program: /);
});
