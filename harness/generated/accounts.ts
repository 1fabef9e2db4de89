/* Generated from harness/schema/accounts.schema.json by `npm run generate`. Do not edit. */

/**
 * Accounts of `ossicle broker --accounts`. What each role may do stands in firmware/wire/MQTT.md section 5. Passwords are not in it.
 */
export interface AccountsFile {
	/**
	 * @minItems 1
	 * @maxItems 1000
	 */
	accounts: AccountEntry[];
}
/**
 * This interface was referenced by `AccountsFile`'s JSON-Schema
 * via the `definition` "AccountEntry".
 */
export interface AccountEntry {
	/**
	 * User name at the broker
	 */
	name: string;
	role: 'device' | 'controller' | 'viewer';
	/**
	 * Of role `device` only: the bench in its topics
	 */
	bench?: string;
	/**
	 * Of role `device` only: the device in its topics
	 */
	device?: string;
	/**
	 * Environment variable the password is in
	 */
	passwordEnv?: string;
	/**
	 * File the password is in, alone; relative to this file. A line end behind it is no part of it
	 */
	passwordFile?: string;
}
