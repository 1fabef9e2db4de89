import { startAedes } from './aedes.ts';
import type { Broker, BrokerKind } from './broker.ts';
import { type MosquittoOptions, startMosquitto } from './mosquitto.ts';
import { findMosquitto } from './mosquitto-program.ts';

/** The one that is meant when none is named: Mosquitto where it is installed, else the one inside. */
export function defaultBroker(): BrokerKind {
	return findMosquitto() === null ? 'aedes' : 'mosquitto';
}

/** @throws OssicleError as `startMosquitto` and `startAedes` */
export function startBroker(kind: BrokerKind, options: MosquittoOptions = {}): Promise<Broker> {
	return kind === 'mosquitto' ? startMosquitto(options) : startAedes(options);
}
