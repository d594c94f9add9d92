/*
 * The floor of what serving costs: a WebSocket server that does nothing but one write() of ready bytes for each client and tick.
 * Not a server for anything else: it checks no key, reads no frame, and sends the same bytes to all. Linux.
 *
 * Says `port N` when it listens. Commands, one a line on standard input, answered by `usage CPU_US FRAMES BYTES SKIPPED`:
 *   open PERIOD_US SIZE,SIZE,...   ticks from now on with frames of these sizes in turn, WebSocket header included
 *   drain                          no tick any more
 * A client whose socket is full is skipped at that tick and counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define CLIENTS_MAX 65536
#define SIZES_MAX 256
#define LINE_BYTES 8192
#define FRAME_BYTES_MAX 65536

/* The accept key is of no key: the benchmark's clients do not look at it. */
static const char UPGRADED[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";

struct frame {
  size_t length;
  unsigned char *bytes;
};

static int fds[CLIENTS_MAX];
static uint8_t is_open[CLIENTS_MAX];
static uint32_t clients_count;
static struct frame frames[SIZES_MAX];
static uint32_t frames_count, next_frame;
static uint64_t sent, sent_bytes, skipped;
static int timer_fd, epoll_fd;

static void die(const char *sentence) {
  fprintf(stderr, "floor-server: %s: %s\n", sentence, strerror(errno));
  exit(1);
}

static struct frame make_frame(size_t length) {
  struct frame frame = {length, calloc(1, length + 4)};
  if (frame.bytes == NULL || length < 3 || length > FRAME_BYTES_MAX) die("no such size");
  frame.bytes[0] = 0x82;
  if (length - 2 < 126) {
    frame.bytes[1] = (unsigned char)(length - 2);
    frame.bytes[2] = 0xdc;
  } else {
    frame.bytes[1] = 126;
    frame.bytes[2] = (unsigned char)((length - 4) >> 8);
    frame.bytes[3] = (unsigned char)(length - 4);
    frame.bytes[4] = 0xdc;
  }
  return frame;
}

static void finish(int fd, const unsigned char *bytes, size_t length) {
  while (length > 0) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    poll(&ready, 1, -1);
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno != EAGAIN) return;
    if (written < 0) continue;
    bytes += written;
    length -= (size_t)written;
  }
}

static void tick(void) {
  const struct frame *frame = &frames[next_frame];
  next_frame = (next_frame + 1) % frames_count;
  for (uint32_t index = 0; index < clients_count; index += 1) {
    if (!is_open[index]) continue;
    ssize_t written = write(fds[index], frame->bytes, frame->length);
    if (written < 0) {
      skipped += 1;
      continue;
    }
    if ((size_t)written < frame->length) finish(fds[index], frame->bytes + written, frame->length - (size_t)written);
    sent += 1;
    sent_bytes += frame->length;
  }
}

static void set_period(uint64_t period_us) {
  struct itimerspec times = {0};
  times.it_interval.tv_sec = (time_t)(period_us / 1000000);
  times.it_interval.tv_nsec = (long)(period_us % 1000000) * 1000;
  times.it_value = times.it_interval;
  timerfd_settime(timer_fd, 0, &times, NULL);
}

static void tell_usage(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  uint64_t cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                    (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  printf("usage %lu %lu %lu %lu\n", cpu_us, sent, sent_bytes, skipped);
}

static void on_command(char *line) {
  uint64_t period_us;
  int at = 0;
  if (sscanf(line, "open %lu %n", &period_us, &at) == 1 && at > 0) {
    while (frames_count > 0) free(frames[--frames_count].bytes);
    for (char *size = strtok(line + at, ","); size != NULL && frames_count < SIZES_MAX; size = strtok(NULL, ","))
      frames[frames_count++] = make_frame((size_t)atol(size));
    next_frame = 0;
    tell_usage();
    if (frames_count > 0) set_period(period_us);
  } else {
    set_period(0);
    tell_usage();
  }
}

static void read_commands(void) {
  static char line[LINE_BYTES];
  static size_t length;
  ssize_t got = read(0, line + length, sizeof line - 1 - length);
  if (got <= 0) exit(0);
  length += (size_t)got;
  line[length] = 0;
  for (char *end; (end = strchr(line, '\n')) != NULL;) {
    *end = 0;
    on_command(line);
    length -= (size_t)(end + 1 - line);
    memmove(line, end + 1, length + 1);
  }
}

static void watch(int fd, uint32_t mark) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = mark};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void accept_one(int listener) {
  int on = 1;
  if (clients_count == CLIENTS_MAX) die("too many clients");
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fds[clients_count] = fd;
  watch(fd, clients_count);
  clients_count += 1;
}

/* The upgrade request comes in one piece over loopback; what a client says later is read and dropped. */
static void on_readable(uint32_t index) {
  char bytes[LINE_BYTES];
  ssize_t length = read(fds[index], bytes, sizeof bytes);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    is_open[index] = 0;
    close(fds[index]);
  } else if (!is_open[index]) {
    if (write(fds[index], UPGRADED, sizeof UPGRADED - 1) < 0) die("write");
    is_open[index] = 1;
  }
}

enum { COMMANDS = CLIENTS_MAX, LISTENER, TIMER };

int main(void) {
  static struct epoll_event events[256];
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t address_length = sizeof address;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 0);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &address_length);
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  epoll_fd = epoll_create1(0);
  watch(0, COMMANDS);
  watch(listener, LISTENER);
  watch(timer_fd, TIMER);
  printf("port %u\n", ntohs(address.sin_port));
  for (;;) {
    int count = epoll_wait(epoll_fd, events, 256, -1);
    for (int index = 0; index < count; index += 1) {
      uint32_t mark = events[index].data.u32;
      if (mark == COMMANDS) read_commands();
      else if (mark == LISTENER) accept_one(listener);
      else if (mark == TIMER) {
        uint64_t expired;
        if (read(timer_fd, &expired, 8) == 8)
          while (expired-- > 0) tick();
      } else on_readable(mark);
    }
  }
}
