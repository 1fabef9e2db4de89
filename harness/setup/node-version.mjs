const OLDEST = [20, 19];

/** What to say to a Node.js that is too old, or null. @param {string} version e.g. `20.19.2` */
export function oldNode(version) {
	const [major, minor] = version.split('.').map(Number);
	if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null;
	return `Ossicle needs Node.js ${OLDEST.join('.')} or later, this is ${version}. Install a newer one (https://nodejs.org), then try again.`;
}
