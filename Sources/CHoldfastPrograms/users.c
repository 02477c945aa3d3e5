#define _GNU_SOURCE
#include "CHoldfastPrograms.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool parse_id(const char *text, unsigned *id) {
  char *end;
  if (*text < '0' || *text > '9') return false;
  errno = 0;
  unsigned long number = strtoul(text, &end, 10);
  if (*end || errno || number >= UINT_MAX) return false;
  *id = (unsigned)number;
  return true;
}

// A number without an account is a user all the same: it has no name and the group of the same number.
static int account_without_entry(unsigned id, struct hf_account *account) {
  *account = (struct hf_account){.user = id, .group = id};
  return 0;
}

// Some user databases say it with an error number.
static int missing(int error) {
  return error == 0 || error == ENOENT || error == ESRCH ? -1 : error;
}

int hf_find_user(const char *name, struct hf_account *account) {
  char buffer[16384];
  struct passwd entry, *found = NULL;
  unsigned id = 0;
  bool numeric = parse_id(name, &id);
  int error = numeric ? getpwuid_r(id, &entry, buffer, sizeof buffer, &found)
                      : getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
  if (!found) return numeric ? account_without_entry(id, account) : missing(error);
  account->user = entry.pw_uid;
  account->group = entry.pw_gid;
  snprintf(account->name, sizeof account->name, "%s", entry.pw_name);
  snprintf(account->home, sizeof account->home, "%s", entry.pw_dir);
  return 0;
}

int hf_find_group(const char *name, gid_t *group) {
  char buffer[65536];
  struct group entry, *found = NULL;
  unsigned id = 0;
  if (parse_id(name, &id)) {
    *group = id;
    return 0;
  }
  int error = getgrnam_r(name, &entry, buffer, sizeof buffer, &found);
  if (!found) return missing(error);
  *group = entry.gr_gid;
  return 0;
}

int hf_groups_of(const char *user, gid_t primary, gid_t *groups, int capacity) {
  int count = capacity;
#ifdef __APPLE__
  int found = getgrouplist(user, (int)primary, (int *)groups, &count);
#else
  int found = getgrouplist(user, primary, groups, &count);
#endif
  return found < 0 ? -1 : count;
}
