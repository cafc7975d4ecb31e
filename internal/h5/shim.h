#ifndef RALL_H5_SHIM_H
#define RALL_H5_SHIM_H

#include <stddef.h>
#include <stdint.h>

/* Kinds: the same numbers as h5.Kind. */

typedef struct {
	int kind;         /* h5.Kind */
	int enumerated;   /* 1 if an enum over the integer kind */
	int vlen;         /* 1 for strings of variable length */
	int64_t strsize;  /* bytes of a fixed string */
	int rank;         /* -1 for a null dataspace, 0 for a scalar */
	int64_t dims[32];
} rh5_desc;

void rh5_quiet(void);
int rh5_error(char *buf, size_t size); /* returns the C errno that the message names, or 0 */

int64_t rh5_create(int64_t loc, const char *name, int kind, int rank, const int64_t *dims,
	const int64_t *chunk, int grow, int deflate);
int rh5_close(int64_t obj);
int64_t rh5_open(int64_t loc, const char *name);
int rh5_describe(int64_t obj, int attr, rh5_desc *d);
int rh5_enum_count(int64_t obj, int attr);
int rh5_enum_member(int64_t obj, int attr, int i, char *name, size_t size, int64_t *value);

/* Numbers. off and count are rows of the first dimension; count < 0 means all. */
int rh5_write(int64_t dset, int kind, const void *data, int64_t off, int64_t count);
int rh5_read(int64_t obj, int attr, int kind, void *data, int64_t off, int64_t count);
int rh5_grow(int64_t dset, int64_t rows);

/* Strings: written from one blob with n+1 offsets. */
int rh5_write_strings(int64_t dset, const char *blob, const int64_t *offsets, int64_t n, int64_t off);
int rh5_read_vlen(int64_t obj, int attr, int64_t off, int64_t count, int64_t n, char **out);
int rh5_free_vlen(int64_t n, char **out);
int rh5_read_fixed(int64_t obj, int attr, int64_t off, int64_t count, int64_t strsize, char *out);

/* Attributes. */
int rh5_attr_numbers(int64_t loc, const char *name, int kind, int64_t n, int scalar, const void *data);
int rh5_attr_string(int64_t loc, const char *name, const char *value);
int rh5_attr_enum(int64_t loc, const char *name, int n, const char *blob, const int64_t *offsets, uint8_t value);
int64_t rh5_attr_count(int64_t loc);
int64_t rh5_attr_open(int64_t loc, int64_t i, char *name, size_t size);
int rh5_attr_close(int64_t attr);

#endif
