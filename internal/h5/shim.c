//go:build cgo

/* The part of HDF5 that the Go binding lacks. Every function returns a
   negative number when it fails; rh5_error then tells why, on the same
   thread. */

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include "shim.h"

static hid_t memtype(int kind)
{
	switch (kind) {
	case 1: return H5T_NATIVE_INT8;
	case 2: return H5T_NATIVE_INT16;
	case 3: return H5T_NATIVE_INT32;
	case 4: return H5T_NATIVE_INT64;
	case 5: return H5T_NATIVE_UINT8;
	case 6: return H5T_NATIVE_UINT16;
	case 7: return H5T_NATIVE_UINT32;
	case 8: return H5T_NATIVE_UINT64;
	case 9: return H5T_NATIVE_FLOAT;
	case 10: return H5T_NATIVE_DOUBLE;
	}
	return -1;
}

/* Files are little-endian whatever wrote them. */
static hid_t filetype(int kind)
{
	switch (kind) {
	case 1: return H5T_STD_I8LE;
	case 2: return H5T_STD_I16LE;
	case 3: return H5T_STD_I32LE;
	case 4: return H5T_STD_I64LE;
	case 5: return H5T_STD_U8LE;
	case 6: return H5T_STD_U16LE;
	case 7: return H5T_STD_U32LE;
	case 8: return H5T_STD_U64LE;
	case 9: return H5T_IEEE_F32LE;
	case 10: return H5T_IEEE_F64LE;
	}
	return -1;
}

static hid_t vlen_string(void)
{
	hid_t t = H5Tcopy(H5T_C_S1);
	if (t < 0) return -1;
	if (H5Tset_size(t, H5T_VARIABLE) < 0 || H5Tset_cset(t, H5T_CSET_UTF8) < 0) {
		H5Tclose(t);
		return -1;
	}
	return t;
}

/* The library prints errors by itself unless told otherwise, per thread. */
void rh5_quiet(void)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

struct errbuf { char *buf; size_t size; };

static herr_t innermost(unsigned n, const H5E_error2_t *e, void *data)
{
	struct errbuf *b = data;
	if (n == 0 && e->desc) {
		strncpy(b->buf, e->desc, b->size - 1);
		b->buf[b->size - 1] = 0;
	}
	return 0;
}

int rh5_error(char *buf, size_t size)
{
	struct errbuf b = { buf, size };
	const char *p;
	buf[0] = 0;
	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, &b);
	H5Eclear2(H5E_DEFAULT);
	p = strstr(buf, "errno = ");
	return p ? atoi(p + 8) : 0;
}

int64_t rh5_create(int64_t loc, const char *name, int kind, int rank, const int64_t *dims,
	const int64_t *chunk, int grow, int deflate)
{
	hsize_t d[32], max[32], c[32];
	hid_t space = -1, type = -1, plist = -1, set = -1;
	int i;

	if (rank > 32) return -1;
	for (i = 0; i < rank; i++) {
		d[i] = max[i] = (hsize_t)dims[i];
		if (chunk) c[i] = (hsize_t)chunk[i];
	}
	if (grow) max[0] = H5S_UNLIMITED;
	type = kind == 11 ? vlen_string() : H5Tcopy(filetype(kind));
	space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, d, max);
	plist = H5Pcreate(H5P_DATASET_CREATE);
	if (type < 0 || space < 0 || plist < 0) goto out;
	/* Identical input gives identical files. */
	if (H5Pset_obj_track_times(plist, 0) < 0) goto out;
	if (chunk && rank > 0) {
		if (H5Pset_chunk(plist, rank, c) < 0) goto out;
		if (deflate > 0 && (H5Pset_shuffle(plist) < 0 || H5Pset_deflate(plist, (unsigned)deflate) < 0)) goto out;
	}
	set = H5Dcreate2((hid_t)loc, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
out:
	if (plist >= 0) H5Pclose(plist);
	if (space >= 0) H5Sclose(space);
	if (type >= 0) H5Tclose(type);
	return (int64_t)set;
}

int64_t rh5_open(int64_t loc, const char *name)
{
	return (int64_t)H5Dopen2((hid_t)loc, name, H5P_DEFAULT);
}

int rh5_close(int64_t obj) { return H5Dclose((hid_t)obj); }

static hid_t get_type(int64_t obj, int attr)
{
	return attr ? H5Aget_type((hid_t)obj) : H5Dget_type((hid_t)obj);
}

static hid_t get_space(int64_t obj, int attr)
{
	return attr ? H5Aget_space((hid_t)obj) : H5Dget_space((hid_t)obj);
}

int rh5_describe(int64_t obj, int attr, rh5_desc *d)
{
	hid_t type = -1, base = -1, space = -1;
	hsize_t dims[32];
	H5T_class_t cls;
	size_t size;
	int i, ok = -1;

	memset(d, 0, sizeof *d);
	type = get_type(obj, attr);
	space = get_space(obj, attr);
	if (type < 0 || space < 0) goto out;
	cls = H5Tget_class(type);
	base = type;
	if (cls == H5T_ENUM) {
		base = H5Tget_super(type);
		if (base < 0) goto out;
		d->enumerated = 1;
		cls = H5Tget_class(base);
	}
	size = H5Tget_size(base);
	if (cls == H5T_INTEGER) {
		int u = H5Tget_sign(base) == H5T_SGN_NONE ? 4 : 0;
		switch (size) {
		case 1: d->kind = 1 + u; break;
		case 2: d->kind = 2 + u; break;
		case 4: d->kind = 3 + u; break;
		case 8: d->kind = 4 + u; break;
		default: d->kind = size < 8 ? 4 + u : 0;
		}
	} else if (cls == H5T_FLOAT) {
		d->kind = size <= 4 ? 9 : 10;
	} else if (cls == H5T_STRING) {
		htri_t v = H5Tis_variable_str(type);
		if (v < 0) goto out;
		d->kind = 11;
		d->vlen = v > 0;
		d->strsize = (int64_t)size;
	}
	switch (H5Sget_simple_extent_type(space)) {
	case H5S_SCALAR: d->rank = 0; break;
	case H5S_NULL: d->rank = -1; break;
	case H5S_SIMPLE:
		d->rank = H5Sget_simple_extent_ndims(space);
		if (d->rank < 0 || d->rank > 32) goto out;
		if (H5Sget_simple_extent_dims(space, dims, NULL) < 0) goto out;
		for (i = 0; i < d->rank; i++) {
			if (dims[i] > (hsize_t)INT64_MAX) goto out;
			d->dims[i] = (int64_t)dims[i];
		}
		break;
	default: goto out;
	}
	ok = 0;
out:
	if (base >= 0 && base != type) H5Tclose(base);
	if (type >= 0) H5Tclose(type);
	if (space >= 0) H5Sclose(space);
	return ok;
}

int rh5_enum_count(int64_t obj, int attr)
{
	hid_t type = get_type(obj, attr);
	int n;
	if (type < 0) return -1;
	n = H5Tget_nmembers(type);
	H5Tclose(type);
	return n;
}

int rh5_enum_member(int64_t obj, int attr, int i, char *name, size_t size, int64_t *value)
{
	hid_t type = get_type(obj, attr), base = -1;
	char *s = NULL;
	char raw[64];
	int ok = -1;

	if (type < 0) return -1;
	s = H5Tget_member_name(type, (unsigned)i);
	base = H5Tget_super(type);
	if (!s || base < 0 || H5Tget_size(base) > sizeof raw) goto out;
	if (H5Tget_member_value(type, (unsigned)i, raw) < 0) goto out;
	if (H5Tget_size(base) < 8) memset(raw + H5Tget_size(base), 0, sizeof raw - H5Tget_size(base));
	if (H5Tconvert(base, H5T_NATIVE_INT64, 1, raw, NULL, H5P_DEFAULT) < 0) goto out;
	memcpy(value, raw, sizeof *value);
	strncpy(name, s, size - 1);
	name[size - 1] = 0;
	ok = 0;
out:
	if (s) H5free_memory(s);
	if (base >= 0) H5Tclose(base);
	H5Tclose(type);
	return ok;
}

/* Selects rows off … off+count of a dataset; mem gets a space of that size. */
static int select_rows(hid_t set, int64_t off, int64_t count, hid_t *mem, hid_t *file)
{
	hsize_t dims[32], start[32];
	int rank;

	*mem = *file = H5S_ALL;
	if (count < 0) return 0;
	*file = H5Dget_space(set);
	if (*file < 0) return -1;
	rank = H5Sget_simple_extent_ndims(*file);
	if (rank < 1 || rank > 32 || H5Sget_simple_extent_dims(*file, dims, NULL) < 0) return -1;
	memset(start, 0, sizeof start);
	start[0] = (hsize_t)off;
	dims[0] = (hsize_t)count;
	if (H5Sselect_hyperslab(*file, H5S_SELECT_SET, start, NULL, dims, NULL) < 0) return -1;
	*mem = H5Screate_simple(rank, dims, NULL);
	return *mem < 0 ? -1 : 0;
}

static void close_spaces(hid_t mem, hid_t file)
{
	if (mem > 0) H5Sclose(mem);
	if (file > 0) H5Sclose(file);
}

int rh5_write(int64_t dset, int kind, const void *data, int64_t off, int64_t count)
{
	hid_t mem, file;
	int r = -1;
	if (select_rows((hid_t)dset, off, count, &mem, &file) == 0)
		r = H5Dwrite((hid_t)dset, memtype(kind), mem, file, H5P_DEFAULT, data) < 0 ? -1 : 0;
	close_spaces(mem, file);
	return r;
}

int rh5_read(int64_t obj, int attr, int kind, void *data, int64_t off, int64_t count)
{
	hid_t mem, file, type, base;
	H5T_class_t cls;
	int r = -1;

	type = get_type(obj, attr);
	if (type < 0) return -1;
	cls = H5Tget_class(type);
	base = memtype(kind);
	if (cls == H5T_ENUM) {
		/* An enum is read as itself in native form: the bytes are the integers. */
		base = H5Tget_native_type(type, H5T_DIR_ASCEND);
	}
	H5Tclose(type);
	if (base < 0) return -1;
	if (attr) {
		r = H5Aread((hid_t)obj, base, data) < 0 ? -1 : 0;
	} else {
		if (select_rows((hid_t)obj, off, count, &mem, &file) == 0)
			r = H5Dread((hid_t)obj, base, mem, file, H5P_DEFAULT, data) < 0 ? -1 : 0;
		close_spaces(mem, file);
	}
	if (cls == H5T_ENUM) H5Tclose(base);
	return r;
}

int rh5_grow(int64_t dset, int64_t rows)
{
	hsize_t dims[32];
	hid_t space = H5Dget_space((hid_t)dset);
	int rank, r = -1;

	if (space < 0) return -1;
	rank = H5Sget_simple_extent_ndims(space);
	if (rank >= 1 && rank <= 32 && H5Sget_simple_extent_dims(space, dims, NULL) >= 0) {
		dims[0] = (hsize_t)rows;
		r = H5Dset_extent((hid_t)dset, dims) < 0 ? -1 : 0;
	}
	H5Sclose(space);
	return r;
}

int rh5_write_strings(int64_t dset, const char *blob, const int64_t *offsets, int64_t n, int64_t off)
{
	hid_t type = -1, mem = -1, file = -1;
	const char **p;
	int64_t i;
	int r = -1;

	p = malloc((size_t)(n > 0 ? n : 1) * sizeof *p);
	if (!p) return -1;
	for (i = 0; i < n; i++) p[i] = blob + offsets[i];
	type = vlen_string();
	if (type >= 0 && select_rows((hid_t)dset, off, off < 0 ? -1 : n, &mem, &file) == 0)
		r = H5Dwrite((hid_t)dset, type, mem, file, H5P_DEFAULT, p) < 0 ? -1 : 0;
	close_spaces(mem, file);
	if (type >= 0) H5Tclose(type);
	free(p);
	return r;
}

int rh5_read_vlen(int64_t obj, int attr, int64_t off, int64_t count, int64_t n, char **out)
{
	hid_t type, ftype, mem, file;
	int r = -1;

	memset(out, 0, (size_t)n * sizeof *out);
	ftype = get_type(obj, attr);
	if (ftype < 0) return -1;
	type = H5Tcopy(H5T_C_S1);
	if (type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5Tget_cset(ftype)) < 0) goto out;
	if (attr) {
		r = H5Aread((hid_t)obj, type, out) < 0 ? -1 : 0;
	} else {
		if (select_rows((hid_t)obj, off, count, &mem, &file) == 0)
			r = H5Dread((hid_t)obj, type, mem, file, H5P_DEFAULT, out) < 0 ? -1 : 0;
		close_spaces(mem, file);
	}
out:
	if (type >= 0) H5Tclose(type);
	H5Tclose(ftype);
	return r;
}

int rh5_free_vlen(int64_t n, char **out)
{
	hid_t type = vlen_string(), space;
	hsize_t dims = (hsize_t)n;
	int r = -1;
	if (type < 0) return -1;
	space = H5Screate_simple(1, &dims, NULL);
	if (space >= 0) {
		r = H5Dvlen_reclaim(type, space, H5P_DEFAULT, out) < 0 ? -1 : 0;
		H5Sclose(space);
	}
	H5Tclose(type);
	return r;
}

int rh5_read_fixed(int64_t obj, int attr, int64_t off, int64_t count, int64_t strsize, char *out)
{
	hid_t type, mem, file;
	int r = -1;

	/* The file's own string type keeps its padding; Go strips it. */
	type = get_type(obj, attr);
	if (type < 0) return -1;
	if ((int64_t)H5Tget_size(type) != strsize) goto out;
	if (attr) {
		r = H5Aread((hid_t)obj, type, out) < 0 ? -1 : 0;
	} else {
		if (select_rows((hid_t)obj, off, count, &mem, &file) == 0)
			r = H5Dread((hid_t)obj, type, mem, file, H5P_DEFAULT, out) < 0 ? -1 : 0;
		close_spaces(mem, file);
	}
out:
	H5Tclose(type);
	return r;
}

static int put_attr(int64_t loc, const char *name, hid_t type, hid_t mem, hid_t space, const void *data)
{
	hid_t a;
	int r;
	a = H5Acreate2((hid_t)loc, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
	if (a < 0) return -1;
	r = H5Awrite(a, mem, data) < 0 ? -1 : 0;
	if (H5Aclose(a) < 0) r = -1;
	return r;
}

int rh5_attr_numbers(int64_t loc, const char *name, int kind, int64_t n, int scalar, const void *data)
{
	hsize_t dims = (hsize_t)n;
	hid_t space = scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &dims, NULL);
	int r;
	if (space < 0) return -1;
	r = put_attr(loc, name, filetype(kind), memtype(kind), space, data);
	H5Sclose(space);
	return r;
}

int rh5_attr_string(int64_t loc, const char *name, const char *value)
{
	hid_t type = vlen_string(), space;
	int r = -1;
	if (type < 0) return -1;
	space = H5Screate(H5S_SCALAR);
	if (space >= 0) {
		r = put_attr(loc, name, type, type, space, &value);
		H5Sclose(space);
	}
	H5Tclose(type);
	return r;
}

int rh5_attr_enum(int64_t loc, const char *name, int n, const char *blob, const int64_t *offsets, uint8_t value)
{
	hid_t type = H5Tenum_create(H5T_STD_U8LE), space = -1;
	int i, r = -1;
	if (type < 0) return -1;
	for (i = 0; i < n; i++) {
		uint8_t v = (uint8_t)i;
		if (H5Tenum_insert(type, blob + offsets[i], &v) < 0) goto out;
	}
	space = H5Screate(H5S_SCALAR);
	if (space < 0) goto out;
	r = put_attr(loc, name, type, type, space, &value);
out:
	if (space >= 0) H5Sclose(space);
	H5Tclose(type);
	return r;
}

int64_t rh5_attr_count(int64_t loc)
{
#if H5_VERSION_GE(1, 12, 0)
	H5O_info2_t info;
	if (H5Oget_info3((hid_t)loc, &info, H5O_INFO_NUM_ATTRS) < 0) return -1;
#else
	H5O_info_t info;
	if (H5Oget_info((hid_t)loc, &info) < 0) return -1;
#endif
	return (int64_t)info.num_attrs;
}

int64_t rh5_attr_open(int64_t loc, int64_t i, char *name, size_t size)
{
	hid_t a = H5Aopen_by_idx((hid_t)loc, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i, H5P_DEFAULT, H5P_DEFAULT);
	if (a < 0) return -1;
	if (H5Aget_name(a, size, name) < 0) {
		H5Aclose(a);
		return -1;
	}
	return (int64_t)a;
}

int rh5_attr_close(int64_t attr) { return H5Aclose((hid_t)attr); }
