/*
 * Thousands of WebSocket clients that look at the frames' heads only, so that the load generator is not what limits. Linux.
 *
 * Commands, one a line on standard input, each answered by one line on standard output:
 *   connect GROUP PORT COUNT EVERY HEARTBEAT_MS FILE   -> connected COUNT | refused REASON
 *   counts GROUP                                       -> counts FRAMES BYTES QUIET_US LOST CPU_US
 * FILE holds, numbers as uint32 of this machine: 256 bytes, 1 for each first byte of a message that is market data; the upgrade
 * request; the heartbeat (may be empty); how many greetings; the greetings, used in turn. Each of these is preceded by its length.
 *
 * Every message of each EVERYth client of a group goes to file descriptor 3, as it is: group, client (uint32), arrival (us since
 * 1970, uint64), length (uint32), payload.
 *
 * Ping frames are answered, as RFC 6455 asks: a server may want to know what was taken.
 *
 * It sleeps between looks at the sockets instead of waiting for them: a sleeper in epoll would be woken by the server's write, at
 * the server's cost, and a viewer on another machine never is.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GROUPS_MAX 32
#define CLIENTS_MAX 65536
#define OPENING_MAX 64
#define LOOK_US 400
#define READ_BYTES 65536
#define SAMPLES_BYTES (1 << 20)
#define SAMPLE_HEAD_BYTES 20
#define LINE_BYTES 4096

enum state { UPGRADING, OPEN, GONE };

struct blob {
  uint32_t length;
  const unsigned char *bytes;
};

struct client {
  int fd;
  uint8_t group, state, sampled, first;
  uint8_t head_length;
  uint8_t head[10];
  uint32_t index, frame_bytes;
  uint64_t left;
  unsigned char *message;
  uint32_t message_length, message_room;
};

struct group {
  const unsigned char *is_data;
  struct blob upgrade, heartbeat, *greetings;
  uint32_t greetings_count, heartbeat_ms;
  uint32_t begin, wanted, created, open, every, port;
  uint64_t frames, bytes, newest_us, lost, heartbeats, opened_us;
  int connecting;
};

static struct client clients[CLIENTS_MAX];
static struct group groups[GROUPS_MAX];
static uint32_t clients_count;
static int epoll_fd;
static unsigned char samples[SAMPLES_BYTES];
static size_t samples_length;

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void die(const char *sentence) {
  fprintf(stderr, "wire-clients: %s: %s\n", sentence, strerror(errno));
  exit(1);
}

static void write_all(int fd, const unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (written < 0) return;
    bytes += written;
    length -= (size_t)written;
  }
}

static void flush_samples(void) {
  write_all(3, samples, samples_length);
  samples_length = 0;
}

static void give_sample(const struct client *client, uint64_t arrival_us) {
  uint32_t length = client->message_length;
  uint32_t group = client->group;
  if (length + SAMPLE_HEAD_BYTES > SAMPLES_BYTES) return;
  if (samples_length + length + SAMPLE_HEAD_BYTES > SAMPLES_BYTES) flush_samples();
  unsigned char *at = samples + samples_length;
  memcpy(at, &group, 4);
  memcpy(at + 4, &client->index, 4);
  memcpy(at + 8, &arrival_us, 8);
  memcpy(at + 16, &length, 4);
  memcpy(at + SAMPLE_HEAD_BYTES, client->message, length);
  samples_length += length + SAMPLE_HEAD_BYTES;
}

static void keep_for_sample(struct client *client, const unsigned char *bytes, size_t length) {
  if (client->message_length + length > client->message_room) {
    client->message_room = client->message_length + (uint32_t)length + 1024;
    client->message = realloc(client->message, client->message_room);
    if (client->message == NULL) die("no memory");
  }
  memcpy(client->message + client->message_length, bytes, length);
  client->message_length += (uint32_t)length;
}

static void lose(struct client *client) {
  if (client->state == OPEN) groups[client->group].lost += 1;
  client->state = GONE;
  close(client->fd);
}

/* Server frames carry no mask (RFC 6455 section 5.2), and no server here fragments its messages. */
static uint32_t head_bytes(const struct client *client) {
  uint8_t short_length = client->head[1] & 0x7f;
  return client->head_length < 2 ? 2 : short_length < 126 ? 2 : short_length == 126 ? 4 : 10;
}

static int is_ping(const struct client *client) { return (client->head[0] & 0x0f) == 9; }

/* What a client sends is masked; with zeros it stays as it is. Control frames are shorter than 126 bytes. */
static void answer_ping(const struct client *client) {
  unsigned char frame[6 + 125] = {0x8a, (unsigned char)(0x80 | client->message_length)};
  memcpy(frame + 6, client->message, client->message_length);
  write_all(client->fd, frame, 6 + client->message_length);
}

static uint64_t payload_bytes(const uint8_t *head) {
  uint8_t short_length = head[1] & 0x7f;
  uint64_t length = 0;
  if (short_length < 126) return short_length;
  for (int index = 2; index < (short_length == 126 ? 4 : 10); index += 1) length = length << 8 | head[index];
  return length;
}

static void take(struct client *client, const unsigned char *bytes, size_t length, uint64_t arrival_us) {
  struct group *group = &groups[client->group];
  while (length > 0) {
    if (client->left == 0) {
      client->head[client->head_length] = *bytes;
      client->head_length += 1;
      bytes += 1;
      length -= 1;
      if (client->head_length < head_bytes(client)) continue;
      client->left = payload_bytes(client->head);
      client->frame_bytes = client->head_length + (uint32_t)client->left;
      client->head_length = 0;
      client->message_length = 0;
      client->first = 1;
      continue;
    }
    size_t part = length < client->left ? length : (size_t)client->left;
    if (client->first) {
      uint8_t opcode = client->head[0] & 0x0f;
      client->first = 0;
      if ((opcode == 1 || opcode == 2) && group->is_data[*bytes]) {
        group->frames += 1;
        group->bytes += client->frame_bytes;
        group->newest_us = arrival_us;
      }
    }
    if (client->sampled || is_ping(client)) keep_for_sample(client, bytes, part);
    bytes += part;
    length -= part;
    client->left -= part;
    if (client->left > 0) continue;
    if (is_ping(client)) answer_ping(client);
    else if (client->sampled) give_sample(client, arrival_us);
  }
}

static void begin_one(struct group *group) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)group->port)};
  struct client *client = &clients[clients_count];
  int on = 1;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  memset(client, 0, sizeof *client);
  client->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (client->fd < 0) die("socket");
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(client->fd, F_SETFL, O_NONBLOCK);
  client->group = (uint8_t)(group - groups);
  client->index = group->created;
  client->sampled = group->created % group->every == 0;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = clients_count};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, client->fd, &event);
  write_all(client->fd, group->upgrade.bytes, group->upgrade.length);
  clients_count += 1;
  group->created += 1;
}

static void go_on_connecting(struct group *group) {
  while (group->created < group->wanted && group->created - group->open < OPENING_MAX) begin_one(group);
  if (group->open < group->wanted) return;
  group->connecting = 0;
  group->opened_us = now_us();
  printf("connected %u\n", group->open);
}

static void on_upgraded(struct client *client, const unsigned char *bytes, size_t length, uint64_t arrival_us) {
  struct group *group = &groups[client->group];
  const unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL || memcmp(bytes, "HTTP/1.1 101", 12) != 0) {
    if (group->connecting) printf("refused %.*s\n", (int)strcspn((const char *)bytes, "\r\n"), bytes);
    group->connecting = 0;
    lose(client);
    return;
  }
  const struct blob *greeting = &group->greetings[client->index % group->greetings_count];
  write_all(client->fd, greeting->bytes, greeting->length);
  client->state = OPEN;
  group->open += 1;
  end += 4;
  take(client, end, length - (size_t)(end - bytes), arrival_us);
  if (group->connecting) go_on_connecting(group);
}

static void on_readable(struct client *client) {
  static unsigned char bytes[READ_BYTES + 1];
  ssize_t length = read(client->fd, bytes, READ_BYTES);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    lose(client);
    return;
  }
  bytes[length] = 0;
  if (client->state == OPEN) take(client, bytes, (size_t)length, now_us());
  else on_upgraded(client, bytes, (size_t)length, now_us());
}

/* Each client of a group in turn, spread evenly over the interval. */
static void say_heartbeats(struct group *group, uint64_t at_us) {
  if (group->heartbeat.length == 0 || group->opened_us == 0) return;
  uint64_t due = (at_us - group->opened_us) * group->wanted / ((uint64_t)group->heartbeat_ms * 1000);
  for (; group->heartbeats < due; group->heartbeats += 1) {
    struct client *client = &clients[group->begin + group->heartbeats % group->wanted];
    if (client->state == OPEN) write_all(client->fd, group->heartbeat.bytes, group->heartbeat.length);
  }
}

static struct blob next_blob(const unsigned char **at) {
  struct blob blob;
  memcpy(&blob.length, *at, 4);
  blob.bytes = *at + 4;
  *at += 4 + blob.length;
  return blob;
}

static void load_script(struct group *group, const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(path);
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  unsigned char *bytes = malloc((size_t)length);
  rewind(file);
  if (bytes == NULL || fread(bytes, 1, (size_t)length, file) != (size_t)length) die(path);
  fclose(file);
  const unsigned char *at = bytes + 256;
  group->is_data = bytes;
  group->upgrade = next_blob(&at);
  group->heartbeat = next_blob(&at);
  memcpy(&group->greetings_count, at, 4);
  at += 4;
  group->greetings = calloc(group->greetings_count, sizeof *group->greetings);
  for (uint32_t index = 0; index < group->greetings_count; index += 1) group->greetings[index] = next_blob(&at);
}

static void on_command(char *line) {
  char path[LINE_BYTES];
  uint32_t number, port, count, every, heartbeat_ms;
  if (sscanf(line, "connect %u %u %u %u %u %s", &number, &port, &count, &every, &heartbeat_ms, path) == 6) {
    if (number >= GROUPS_MAX || clients_count + count > CLIENTS_MAX) {
      printf("refused too many\n");
      return;
    }
    struct group *group = &groups[number];
    memset(group, 0, sizeof *group);
    load_script(group, path);
    group->port = port;
    group->begin = clients_count;
    group->wanted = count;
    group->every = every;
    group->heartbeat_ms = heartbeat_ms;
    group->connecting = 1;
    go_on_connecting(group);
  } else if (sscanf(line, "counts %u", &number) == 1 && number < GROUPS_MAX) {
    const struct group *group = &groups[number];
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    uint64_t cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                      (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    flush_samples();
    printf("counts %lu %lu %lu %lu %lu\n", group->frames, group->bytes, now_us() - group->newest_us, group->lost,
           cpu_us);
  } else {
    printf("refused no such command\n");
  }
}

static void read_commands(void) {
  static char line[LINE_BYTES];
  static size_t length;
  ssize_t got = read(0, line + length, sizeof line - 1 - length);
  if (got == 0) exit(0);
  if (got < 0) return;
  length += (size_t)got;
  line[length] = 0;
  for (char *end; (end = strchr(line, '\n')) != NULL;) {
    *end = 0;
    on_command(line);
    length -= (size_t)(end + 1 - line);
    memmove(line, end + 1, length + 1);
  }
}

int main(void) {
  static struct epoll_event events[1024];
  const struct timespec pause = {.tv_nsec = LOOK_US * 1000};
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 0);
  fcntl(0, F_SETFL, O_NONBLOCK);
  fcntl(3, F_SETPIPE_SZ, SAMPLES_BYTES);
  epoll_fd = epoll_create1(0);
  for (;;) {
    read_commands();
    int count = epoll_wait(epoll_fd, events, 1024, 0);
    for (int index = 0; index < count; index += 1) on_readable(&clients[events[index].data.u32]);
    if (samples_length > 0) flush_samples();
    uint64_t at_us = now_us();
    for (int index = 0; index < GROUPS_MAX; index += 1) say_heartbeats(&groups[index], at_us);
    if (count < 1024) nanosleep(&pause, NULL);
  }
}
