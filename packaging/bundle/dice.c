/* The same dice for two programs: the nth number of a length is the same in every process that loads this before the C library.
 * Only for the release check, which compares what two builds make of the sample foundation byte for byte. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

static uint64_t thrown[65536];

static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

ssize_t getrandom(void *into, size_t length, unsigned flags)
{
    uint64_t nth = thrown[length % 65536]++;
    (void)flags;
    for (size_t at = 0; at < length; at++)
        ((uint8_t *)into)[at] = (uint8_t)mixed(mixed(length * 0x100000001b3u + nth) + at);
    return (ssize_t)length;
}
