#define _GNU_SOURCE
#include "build_id.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

static char hex[65] = "00000000";

static void to_hex(const uint8_t *bytes, uint32_t count) {
	for (uint32_t i = 0; i < count && i < 32; i++) {
		hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
		hex[2 * i + 2] = 0;
	}
}

/* Notes: ELF specification, book I, figure 2-3: name size, descriptor size, type, both padded to 4 bytes. */
static void search_notes(const uint8_t *at, const uint8_t *end) {
	while (at + sizeof(ElfW(Nhdr)) <= end) {
		ElfW(Nhdr) note;
		memcpy(&note, at, sizeof note);
		const uint8_t *name = at + sizeof note;
		const uint8_t *descriptor = name + ((note.n_namesz + 3u) & ~3u);
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
			to_hex(descriptor, note.n_descsz);
			return;
		}
		at = descriptor + ((note.n_descsz + 3u) & ~3u);
	}
}

static int on_object(struct dl_phdr_info *info, size_t size, void *context) {
	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type == PT_NOTE) {
			const uint8_t *notes = (const uint8_t *)(info->dlpi_addr + header->p_vaddr);
			search_notes(notes, notes + header->p_memsz);
		}
	}
	return 1; /* the first object is the program itself */
}

const char *build_id_hex(void) {
	dl_iterate_phdr(on_object, NULL);
	return hex;
}
