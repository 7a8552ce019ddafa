/*
 * How fast this machine can look up keys in a table far larger than its caches, in C: the limit that the search's table is
 * measured against. Each new key is followed by two looked up again at random among those before it, as every transition
 * of a search is one lookup.
 *
 * gcc -O2 table-limit.c -o table-limit && ./table-limit SLOTS_LOG2 KEYS BATCH [huge]
 * BATCH 0 takes keys one at a time, where each waits for the one before (on x86). Prints CPU time per lookup.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static uint64_t *table, mask, entered;

static void insert(uint64_t key) {
  uint64_t at = key & mask;
  while (table[at] != 0) {
    if (table[at] == key) return;
    at = (at + 1) & mask;
  }
  table[at] = key;
  entered++;
}

/* The key of lookup number i: a new one, then two old ones. */
static uint64_t key_of(uint64_t i) {
  uint64_t number = i / 3;
  return mix(1 + (i % 3 == 0 ? number : mix(i) % (number + 1)));
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  uint64_t slots = (uint64_t)1 << atoi(argv[1]), keys = strtoull(argv[2], 0, 10);
  uint64_t batch = strtoull(argv[3], 0, 10), buffer[4096];
  if (batch > 4096 || keys >= slots) return 2;
  mask = slots - 1;
  table = mmap(0, slots * 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED) return 1;
  if (argc > 4) madvise(table, slots * 8, MADV_HUGEPAGE);
  memset(table, 0, slots * 8);
  clock_t start = clock();
  if (batch == 0) {
    for (uint64_t i = 0; i < 3 * keys; i++) {
      insert(key_of(i));
      __asm__ volatile("lfence" ::: "memory");
    }
  } else {
    for (uint64_t i = 0; i < 3 * keys; i += batch) {
      uint64_t end = i + batch < 3 * keys ? batch : 3 * keys - i;
      for (uint64_t j = 0; j < end; j++) {
        buffer[j] = key_of(i + j);
        __builtin_prefetch(&table[buffer[j] & mask], 1);
      }
      for (uint64_t j = 0; j < end; j++) insert(buffer[j]);
    }
  }
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  printf("%.1f ns per lookup, %.1f million lookups/s, %llu keys\n", seconds / (3 * keys) * 1e9,
         3 * keys / seconds / 1e6, (unsigned long long)entered);
  return entered == keys ? 0 : 1;
}
