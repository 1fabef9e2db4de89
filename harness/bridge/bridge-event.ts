/** What happens at a bridge, for whoever watches it. Texts may be somebody else's: `bridgeLine` makes them fit to print. */
export type BridgeEvent =
	| { event: 'online'; broker: string; bench: string; device: string; incarnation: string }
	/** The connection is lost, or (`still`) a new one cannot be had; it goes on trying. */
	| { event: 'offline'; broker: string; still: boolean; reason: string }
	/** The broker does not show us our own info: an account without its rights, or a broker without retained messages. */
	| { event: 'unseen'; bench: string; device: string }
	/** Something else says that it is this device. */
	| { event: 'rival'; bench: string; device: string }
	/** Something on this machine has the board; a controller waits for it. */
	| { event: 'waiting'; holder: string; behind: string }
	| { event: 'held'; holder: string }
	| { event: 'flashed'; tool: string; build: string }
	| { event: 'streaming'; channel: string }
	/** `reason`: `null` when the holder gave it back. */
	| { event: 'released'; holder: string; reason: string | null }
	/** A request that was begun, and did not come off. */
	| { event: 'failed'; op: string; reason: string }
	/** The board could not be left idle. */
	| { event: 'unsafe'; reason: string }
	| { event: 'refused'; text: string }
	| { event: 'stopped' };

export type Say = (event: BridgeEvent) => void;
