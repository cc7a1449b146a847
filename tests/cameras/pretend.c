/* Pretend cameras: loaded before the C library, it answers for /dev/videoN with what stands in $HALFMINUTE_CAMERAS/videoN.
 *
 *   form    four letters, width, height: "YUYV 640 480"
 *   name    what the driver calls the camera
 *   frame   the length of the frame (four bytes, little-endian), then the frame; mapped, so that a test may change it as it goes.
 *           Length 0: the camera sends nothing. A length beyond the file is told as it is: a broken driver.
 *   busy, denied, metadata   where such a file is, another program has it, it may not be opened, it is no camera
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 256
#define BUFFERS 2
#define PAGE 4096

struct camera {
    int here;
    char name[32], form[5];
    unsigned width, height;
    int busy, metadata;
    unsigned char *frame, *buffers;
    uint32_t room;
    int queued[BUFFERS];
    unsigned next;
};

static struct camera cameras[MOST];

static int (*real_open)(const char *, int, ...);
static int (*real_ioctl)(int, unsigned long, ...);

static void find(void) {
    if (!real_open) real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    if (!real_ioctl) real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
}

static FILE *part(const char *camera, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s/%s", getenv("HALFMINUTE_CAMERAS"), camera, name);
    return fopen(path, "rb");
}

static int has(const char *camera, const char *name) {
    FILE *file = part(camera, name);
    if (file) fclose(file);
    return file != NULL;
}

static int fail(int number) {
    errno = number;
    return -1;
}

static uint32_t room_of(uint32_t room) { return (room + PAGE - 1) / PAGE * PAGE; }

static int open_camera(const char *name) {
    FILE *form = part(name, "form"), *called = part(name, "name"), *frame = part(name, "frame");
    struct camera camera = {.here = 1};
    struct stat about;
    int fd = -1;
    if (has(name, "denied")) errno = EACCES;
    else if (!form || !called || !frame) errno = ENOENT;
    else if (fscanf(form, "%4s %u %u", camera.form, &camera.width, &camera.height) != 3) errno = EIO;
    else if (!fgets(camera.name, sizeof camera.name, called)) errno = EIO;
    else if (fstat(fileno(frame), &about) == 0) {
        camera.room = (uint32_t)about.st_size - 4;
        camera.busy = has(name, "busy");
        camera.metadata = has(name, "metadata");
        camera.frame = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, fileno(frame), 0);
        fd = memfd_create("camera", 0);
        if (ftruncate(fd, (off_t)room_of(camera.room) * BUFFERS)) abort();
        camera.buffers = mmap(NULL, (size_t)room_of(camera.room) * BUFFERS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        cameras[fd % MOST] = camera;
    }
    int error = errno;
    if (form) fclose(form);
    if (called) fclose(called);
    if (frame) fclose(frame);
    errno = error;
    return fd;
}

int open64(const char *path, int flags, ...) {
    find();
    if (strncmp(path, "/dev/video", 10) == 0 && getenv("HALFMINUTE_CAMERAS")) return open_camera(path + 5);
    va_list rest;
    va_start(rest, flags);
    unsigned mode = va_arg(rest, unsigned);
    va_end(rest);
    return real_open(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    unsigned mode = va_arg(rest, unsigned);
    va_end(rest);
    return open64(path, flags, mode);
}

int close(int fd) {
    static int (*real_close)(int);
    if (!real_close) real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
    if (fd >= 0) cameras[fd % MOST].here = 0;
    return real_close(fd);
}

static void describe(struct camera *camera, struct v4l2_buffer *buffer) {
    buffer->length = room_of(camera->room);
    buffer->m.offset = buffer->index * buffer->length;
    buffer->flags = V4L2_BUF_FLAG_MAPPED | (camera->queued[buffer->index] ? V4L2_BUF_FLAG_QUEUED : 0);
}

static int take(struct camera *camera, struct v4l2_buffer *buffer) {
    uint32_t length;
    do {
        usleep(33000);
        memcpy(&length, camera->frame, 4);
    } while (length == 0);
    buffer->index = camera->next++ % BUFFERS;
    camera->queued[buffer->index] = 0;
    describe(camera, buffer);
    memcpy(camera->buffers + buffer->m.offset, camera->frame + 4, length < camera->room ? length : camera->room);
    buffer->bytesused = length;
    return 0;
}

int ioctl(int fd, unsigned long request, ...) {
    find();
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    struct camera *camera = &cameras[fd >= 0 ? fd % MOST : 0];
    if (fd < 0 || !camera->here) return real_ioctl(fd, request, argument);
    switch ((unsigned)request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *about = argument;
        memset(about, 0, sizeof *about);
        strcpy((char *)about->driver, "pretend");
        strcpy((char *)about->card, camera->name);
        about->device_caps = V4L2_CAP_STREAMING | (camera->metadata ? V4L2_CAP_META_CAPTURE : V4L2_CAP_VIDEO_CAPTURE);
        about->capabilities = about->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *form = argument;
        if (form->index > 0 || form->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return fail(EINVAL);
        memcpy(&form->pixelformat, camera->form, 4);
        strcpy((char *)form->description, camera->form);
        return 0;
    }
    case VIDIOC_S_FMT: {
        struct v4l2_format *format = argument;
        if (camera->busy) return fail(EBUSY);
        memcpy(&format->fmt.pix.pixelformat, camera->form, 4);
        format->fmt.pix.width = camera->width;
        format->fmt.pix.height = camera->height;
        format->fmt.pix.bytesperline = strcmp(camera->form, "YUYV") == 0 ? camera->width * 2 : 0;
        format->fmt.pix.sizeimage = camera->room;
        return 0;
    }
    case VIDIOC_REQBUFS: ((struct v4l2_requestbuffers *)argument)->count = BUFFERS; return 0;
    case VIDIOC_QUERYBUF: describe(camera, argument); return 0;
    case VIDIOC_QBUF: camera->queued[((struct v4l2_buffer *)argument)->index] = 1; return 0;
    case VIDIOC_DQBUF: return take(camera, argument);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF: return 0;
    default: return fail(ENOTTY);
    }
}
