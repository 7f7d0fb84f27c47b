/* corpus_folders.h - corpora whose cases are folders, and the table that says what is wrong with contracts. */
#ifndef HEADGATE_TESTS_CORPUS_FOLDERS_H
#define HEADGATE_TESTS_CORPUS_FOLDERS_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

/* Checks every case of a corpus; false ones are counted in *wrong. Returns how many there are, 0 when it cannot be read. */
static inline unsigned corpus_each_folder(const char *corpus, bool (*check)(const char *name), unsigned *wrong)
{
    unsigned count = 0;
    DIR *dir = opendir(corpus);
    *wrong = 0;
    if (dir == NULL) return 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') continue;
        count++;
        if (!check(entry->d_name)) (*wrong)++;
    }
    closedir(dir);
    return count;
}

/* A line of tests/corpus/contracts/expected.tsv: what a file of a case's folder breaks, and where. */
struct expected_row {
    char folder[80], file[16], rule[48];
    unsigned line;
};

/* The next line that is no comment; false at the end. */
static inline bool expected_next(FILE *stream, struct expected_row *row)
{
    char line[256];
    while (fgets(line, sizeof line, stream) != NULL) {
        if (line[0] == '#') continue;
        if (sscanf(line, "%79s %15s %47s %u", row->folder, row->file, row->rule, &row->line) == 4) return true;
    }
    return false;
}

#endif
