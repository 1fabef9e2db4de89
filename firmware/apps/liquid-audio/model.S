/* The .lnn file MODEL_FILE, as it is, in read-only memory. For any GNU assembler. */
	.section .rodata.model, "a"
	.balign 4
	.global model_lnn
	.global model_lnn_end
model_lnn:
	.incbin MODEL_FILE
model_lnn_end:
	.byte 0
	.balign 4

#ifdef __linux__ /* else the linker takes the file for one that wants to run code on its stack */
	.section .note.GNU-stack, "", %progbits
#endif
