#!/usr/bin/env node
/** Starts the command line, or says what is missing when set-up has not run yet. Plain JavaScript: it needs no node_modules. */
try {
	const { register } = await import('tsx/esm/api');
	register();
} catch (error) {
	if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
	console.error('ossicle: not set up yet in this clone. Run `npm start` once (or `npm ci`), then try again.');
	process.exit(2);
}
const { main } = await import('./ossicle.ts');
await main(process.argv.slice(2));
