/** Down: from the harness to the device. Up: from the device to the harness. */
export type Direction = 'down' | 'up';

/**
 * A place on the wire: the byte with this number (from 0, in its direction), the frame or line with this number, or the
 * first frame or line like this: a line's text, or a frame's name and sequence number, `AUDIO 17`.
 */
export type Place = { byte: number } | { unit: number } | { like: RegExp };

/**
 * What goes wrong on a wire. A *unit* is a frame going down (what stands between 0x00) or a line coming up (what ends in
 * \n).
 */
export type Fault =
	/** Bytes from the place on are lost; with `unit` or `like` the whole frame or line. */
	| { kind: 'drop'; direction: Direction; at: Place; count?: number }
	/** One bit is turned over; with `unit` or `like` that of a byte in its middle. */
	| { kind: 'flip'; direction: Direction; at: Place; bit: number }
	/** Bytes from the place on come twice; with `unit` or `like` the whole frame or line. */
	| { kind: 'duplicate'; direction: Direction; at: Place; count?: number }
	/** Bytes that nobody sent come before the place. */
	| { kind: 'garbage'; direction: Direction; at: { byte: number }; bytes: Uint8Array }
	/** The direction stands still for a while. */
	| { kind: 'delay'; direction: Direction; at: { byte: number }; ms: number }
	/** The whole direction runs at the speed of a line of so many baud (8N1). */
	| { kind: 'throttle'; direction: Direction; baud: number }
	/** Each byte of the direction travels alone. */
	| { kind: 'split'; direction: Direction }
	/** The cable is pulled when this byte, frame or line passes. */
	| { kind: 'disconnect'; direction: Direction; at: Place }
	/** The device is reset (through a hook) when this byte, frame or line passes. */
	| { kind: 'reset'; direction: Direction; at: Place };

export type FaultKind = Fault['kind'];
