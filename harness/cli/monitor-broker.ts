import { benchOf } from '../../devices/mqtt-bench.ts';
import { isOssicleError, OssicleError } from '../error.ts';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { type BrokerConnection, connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { decodeChunk } from '../link/mqtt/chunk.ts';
import { credentialsFrom } from '../link/mqtt/credentials.ts';
import { readInfo } from '../link/mqtt/presence.ts';
import { checkedName, type DeviceTopics, topicsOf } from '../link/mqtt/topics.ts';
import type { MonitorOutput } from './monitor-output.ts';
import { ChunkView, type MonitorEvent } from './monitor-view.ts';
import { oneLine } from './plain-lines.ts';

/** A retained message comes at once; where none does, the name may be misspelt. */
const UNHEARD_OF_MS = 2000;

/**
 * Listens to what a device on a broker says to whoever has it. It asks the device for nothing and holds nobody up: a viewer
 * that is too slow misses chunks (QoS 0), and says so.
 *
 * @returns what ends it. @throws OssicleError, as does `failed` later
 */
export async function listenToBroker(
	device: string,
	link: string,
	output: MonitorOutput,
	failed: (error: OssicleError) => void,
): Promise<() => Promise<void>> {
	const url = parseBrokerUrl(link);
	checkedName('device', device);
	const connection = await connectBroker(url, {
		role: 'viewer',
		credentials: credentialsFrom(process.env),
		log: (text) => output.tell([{ kind: 'notice', text: oneLine(text) }]),
	});
	try {
		const bench = await benchOf(connection, device);
		const where = `${device} on bench ${bench} of ${url.shown}`;
		const heardOf = follow(connection, topicsOf(bench, device), where, output);
		connection.onClose((reason) => {
			if (reason === null) return;
			failed(isOssicleError(reason) ? reason : new OssicleError('mqtt-lost', 'rig', reason.message, {}, reason));
		});
		const { info, up } = topicsOf(bench, device);
		await connection.subscribe([info], 1);
		await connection.subscribe([up], 0);
		console.error(`listening to ${where}; Ctrl-C ends it`);
		const unheardOf = setTimeout(() => {
			if (!heardOf()) console.error(`nothing is known there of ${where} yet: waiting for it`);
		}, UNHEARD_OF_MS);
		return async () => {
			clearTimeout(unheardOf);
			await connection.close();
		};
	} catch (error) {
		await connection.close();
		throw error;
	}
}

/** @returns whether anything was heard of the device yet */
function follow(
	connection: BrokerConnection,
	topics: DeviceTopics,
	where: string,
	output: MonitorOutput,
): () => boolean {
	const view = new ChunkView();
	let lastInfo = '';
	let online: string | null = null;
	connection.onMessage((topic, payload, retained) => {
		if (topic === topics.up) {
			const chunk = decodeChunk(payload);
			if (typeof chunk === 'string') connection.refusals.refuse(topic, chunk);
			else if (retained) connection.refusals.refuse(topic, 'it is retained, which a chunk never is');
			else output.tell(view.push(chunk));
		} else if (topic === topics.info) {
			const info = readInfo(connection, topic, payload);
			if (info === null) return;
			// The late last will of an earlier connection.
			if (info.state === 'offline' && online !== null && info.incarnation !== online) return;
			online = info.state === 'online' ? info.incarnation : null;
			const event = infoEvent(info, where);
			// A device that comes back says all of it again.
			if (event.text !== lastInfo) output.tell([event]);
			lastInfo = event.text;
		}
	});
	return () => lastInfo !== '';
}

function infoEvent(info: MqttInfo, where: string): MonitorEvent {
	const { state, via, board, evidence, holder, reason } = info;
	const about = [via === 'bridge' ? 'through a bridge' : 'by its own firmware', board, evidence].filter(
		(part) => part !== undefined,
	);
	const text =
		state === 'offline'
			? `${where} is offline${reason === undefined ? '' : `: ${reason}`}`
			: `${where} is online (${about.join(', ')}), ${holder === undefined ? 'free' : `held by ${holder}`}`;
	return { kind: 'info', text: oneLine(text) };
}
