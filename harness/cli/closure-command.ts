import { OssicleError } from '../error.ts';
import type { Claims } from '../generated/claims.ts';
import { checkClaims } from '../judge/closure/claims.ts';
import { readYamlFile, validated } from '../scenario/yaml-file.ts';

const EXIT_BROKEN = 1;

/**
 * `ossicle closure <file>`: do the figures of a claims document (YAML or JSON, claims.schema.json) agree with each other?
 * Exit 0 when all do, 1 when one does not.
 *
 * @throws OssicleError (usage) for a file that cannot be read, is no claims document, or holds nothing to check
 */
export function closureCommand(path: string, options: { json?: boolean }): number {
	const file = readYamlFile(path);
	const claims = validated<Claims>('claims', file.value, file.place);
	const { closures, unchecked } = checkClaims(claims);
	if (closures.length === 0) {
		throw new OssicleError(
			'claims-nothing',
			'usage',
			`${path}: nothing can be checked${unchecked.length === 0 ? '' : ` (${unchecked.join(', ')} alone says nothing)`}; give figures that follow from each other, such as stagesMs and totalMs.`,
			{ path },
		);
	}
	const broken = closures.filter(({ holds }) => !holds);
	if (options.json === true) {
		console.log(
			JSON.stringify({ name: claims.name ?? null, closes: broken.length === 0, closures, unchecked }, null, '\t'),
		);
		return broken.length === 0 ? 0 : EXIT_BROKEN;
	}
	const width = Math.max(...closures.map(({ closure }) => closure.length));
	for (const { closure, text, holds } of closures)
		console.log(`${holds ? 'closes' : 'BROKEN'}  ${closure.padEnd(width)}  ${text}`);
	if (unchecked.length > 0)
		console.log(`Not checked, for want of the figures they follow from: ${unchecked.join(', ')}.`);
	console.log(
		broken.length === 0
			? `All ${closures.length} claims that can be checked close.`
			: `${broken.length} of ${closures.length} claims do not close: the figures cannot all be right.`,
	);
	return broken.length === 0 ? 0 : EXIT_BROKEN;
}
