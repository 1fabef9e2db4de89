/** The firmware that speaks MQTT itself, as a process. */
import { execa } from 'execa';
import { parseBrokerUrl } from '../../../../harness/link/mqtt/broker-url.ts';
import { posixProgram, type Teardown } from '../../../../harness/testing/posix-bench.ts';

export interface MqttProgramOptions {
	bench?: string;
	device?: string;
	/** More options of the program: `--counter scripted`, ... */
	args?: string[];
	env?: NodeJS.ProcessEnv;
	/** Build folder; by default the one under the sanitizers. */
	variant?: string;
}

type Child = ReturnType<typeof spawn>;

/** A sanitizer's, when it has found something. */
const REPORT = /Sanitizer|runtime error/;
const ENDS_WITHIN_MS = 10_000;

export class MqttProgram {
	readonly #child: Child;
	#stdout = '';
	#stderr = '';
	#look: () => void = () => {};

	private constructor(child: Child) {
		this.#child = child;
		child.stdout.on('data', (chunk: Buffer) => {
			this.#stdout += chunk.toString('latin1');
			this.#look();
		});
		child.stderr.on('data', (chunk: Buffer) => {
			this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-65_536);
			this.#look();
		});
	}

	/** Ended with the test. It is not online yet. */
	static async start(t: Teardown, brokerUrl: string, options: MqttProgramOptions = {}): Promise<MqttProgram> {
		const { bench = 'b', device = 'd', args = [], env = {}, variant = 'posix-mqtt-san' } = options;
		const program = await posixProgram(variant);
		const child = spawn(program, ['--broker', brokerUrl, '--bench', bench, '--device', device, ...args], env);
		t.teardown(() => child.kill('SIGKILL'));
		return new MqttProgram(child);
	}

	get pid(): number {
		return this.#child.pid as number;
	}

	get stderr(): string {
		return this.#stderr;
	}

	/** Resolves when it has said for the `times`th time that it is online. */
	online(times = 1): Promise<void> {
		return this.#until(() => (this.#stdout.match(/^online \S+ \S+$/gm) ?? []).length >= times, 'online');
	}

	/** Resolves when it has written this on stderr. */
	says(what: RegExp): Promise<void> {
		return this.#until(() => what.test(this.#stderr), String(what));
	}

	signal(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** By end of file on its standard input, or a signal. @throws Error when a sanitizer has found something */
	async stop(signal?: NodeJS.Signals): Promise<{ exitCode: number | undefined; signal: string | undefined }> {
		if (signal === undefined) this.#child.stdin.end();
		else this.signal(signal);
		const gaveUp = setTimeout(() => this.signal('SIGKILL'), ENDS_WITHIN_MS);
		const result = await this.#child;
		clearTimeout(gaveUp);
		if (REPORT.test(this.#stderr)) throw new Error(this.#stderr);
		return { exitCode: result.exitCode, signal: result.signal };
	}

	#until(holds: () => boolean, what: string): Promise<void> {
		return new Promise((resolve, reject) => {
			const look = () => {
				if (holds()) resolve();
			};
			this.#look = look;
			void this.#child.then(() => reject(new Error(`it ended before ${what}; it said:\n${this.#stderr}`)));
			look();
		});
	}
}

function spawn(program: string, args: string[], env: NodeJS.ProcessEnv) {
	return execa(program, args, { env, stdin: 'pipe', stdout: 'pipe', stderr: 'pipe', reject: false, buffer: false });
}

/** `127.0.0.1:1883`, as a person may name a broker to it. */
export const hostAndPort = (brokerUrl: string) => parseBrokerUrl(brokerUrl).shown.replace(/^mqtts?:\/\//, '');
