#include <stdio.h>

int main(void)
{
    puts("headgate " HEADGATE_VERSION);
    return 0;
}
