/** Writes a capture until it is killed: the child process of a test in capture/. Argument: the file. */
import { CaptureWriter } from '../capture/capture-writer.ts';

const writer = CaptureWriter.create(process.argv[2] as string);
for (let n = 0; ; n++) {
	writer.append({ k: 'rx', b: Buffer.alloc(n % 3000, n).toString('base64') });
	if (n === 100) process.stdout.write('100 lines\n');
	if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
}
