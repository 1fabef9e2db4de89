import { OssicleError } from '../error.ts';
import type { SectionShape } from './lnn-layout.ts';

/** Where in the file something is, for a refusal. */
export interface LnnPlace {
	file: string;
	/** Absent: the header, or the file as a whole. */
	section?: Pick<SectionShape, 'id' | 'name'>;
	/** Of the first byte concerned, from the start of the file. */
	offset: number;
}

/** What a `.lnn` file was refused for. `expected` and `got` carry their units. */
export function lnnFault(place: LnnPlace, expected: string, got: string, hint = ''): OssicleError {
	const { file, section, offset } = place;
	const where = section === undefined ? 'header' : `section ${section.id} (${section.name})`;
	return new OssicleError(
		'lnn',
		'usage',
		`${file}: ${where}, byte ${offset}: expected ${expected}, got ${got}.${hint === '' ? '' : ` ${hint}`}`,
		{ file, section: section?.id ?? null, offset, expected, got },
	);
}
