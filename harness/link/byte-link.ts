/**
 * A two-way stream of bytes to one device: a serial port, a pty, later an MQTT topic. It promises nothing about delivery:
 * what is lost or changed on the way is found out above it (PROTOCOL.md section 3).
 */
export interface ByteLink {
	/** For people and for the record: `serial /dev/ttyACM0 921600 baud`. */
	readonly description: string;
	/** Throws OssicleError (rig) that says what could not be opened and what to do. */
	open(): Promise<void>;
	/** Resolves when the other end (or the driver's buffer) has taken the bytes; rejects when the link is gone. */
	write(bytes: Uint8Array): Promise<void>;
	/** `receive` gets each chunk as it comes. Set before `open`; one listener. */
	onData(receive: (chunk: Uint8Array) => void): void;
	/** Called once: `null` after our own `close()`, else what took the link away. One listener. */
	onClose(closed: (reason: Error | null) => void): void;
	/** Ends the link; resolves also when it has ended already. */
	close(): Promise<void>;
}
