/* Generated from harness/schema/mqtt-ask.schema.json by `npm run generate`. Do not edit. */

/**
 * A request to a device, on ossicle/1/<bench>/<device>/ask (firmware/wire/MQTT.md section 4).
 */
export type MqttAsk = DescribeAsk | AcquireAsk | LeaseAsk | ChannelAsk | ReleaseAsk;

/**
 * What is there? Always answered.
 */
export interface DescribeAsk {
	v: 1;
	/**
	 * Correlation: the answer bears it. A request that comes twice is carried out once
	 */
	id: string;
	op: 'describe';
	/**
	 * Last level of the topic the answer goes to
	 */
	replyTo: string;
}
/**
 * Attach the board, for this lease alone.
 */
export interface AcquireAsk {
	v: 1;
	/**
	 * Correlation: the answer bears it. A request that comes twice is carried out once
	 */
	id: string;
	op: 'acquire';
	/**
	 * Last level of the topic the answer goes to
	 */
	replyTo: string;
	/**
	 * Of the device the request is meant for. Every op but describe and release needs it
	 */
	incarnation: string;
	/**
	 * On the device's own clock (deviceMs of its answers): later the request is not begun. Every op but describe and release needs it
	 */
	expiresDeviceMs: number;
	/**
	 * Drawn by the controller for acquire, and named in all that follows. Every op but describe needs it
	 */
	lease: string;
	/**
	 * acquire: who asks, for people
	 */
	holder: string;
	/**
	 * acquire: the image the controller means; another one at the device is refused
	 */
	imageSha256: string;
	/**
	 * acquire: the facts the controller judges by; a bridge with others refuses
	 */
	factsSha256: string;
}
/**
 * Flash the board, or leave it idle.
 */
export interface LeaseAsk {
	v: 1;
	/**
	 * Correlation: the answer bears it. A request that comes twice is carried out once
	 */
	id: string;
	op: 'flash' | 'safe';
	/**
	 * Last level of the topic the answer goes to
	 */
	replyTo: string;
	/**
	 * Of the device the request is meant for. Every op but describe and release needs it
	 */
	incarnation: string;
	/**
	 * On the device's own clock (deviceMs of its answers): later the request is not begun. Every op but describe and release needs it
	 */
	expiresDeviceMs: number;
	/**
	 * Drawn by the controller for acquire, and named in all that follows. Every op but describe needs it
	 */
	lease: string;
}
/**
 * Open or close the byte stream.
 */
export interface ChannelAsk {
	v: 1;
	/**
	 * Correlation: the answer bears it. A request that comes twice is carried out once
	 */
	id: string;
	op: 'start' | 'stop';
	/**
	 * Last level of the topic the answer goes to
	 */
	replyTo: string;
	/**
	 * Of the device the request is meant for. Every op but describe and release needs it
	 */
	incarnation: string;
	/**
	 * On the device's own clock (deviceMs of its answers): later the request is not begun. Every op but describe and release needs it
	 */
	expiresDeviceMs: number;
	/**
	 * Drawn by the controller for acquire, and named in all that follows. Every op but describe needs it
	 */
	lease: string;
	/**
	 * Drawn by the controller for start, which needs it, as does stop: which chunks belong to it
	 */
	channel: string;
}
/**
 * Give the board back. Also the controller's last will, so without expiry and incarnation.
 */
export interface ReleaseAsk {
	v: 1;
	/**
	 * Correlation: the answer bears it. A request that comes twice is carried out once
	 */
	id: string;
	op: 'release';
	/**
	 * Last level of the topic the answer goes to
	 */
	replyTo: string;
	/**
	 * Drawn by the controller for acquire, and named in all that follows. Every op but describe needs it
	 */
	lease: string;
}
