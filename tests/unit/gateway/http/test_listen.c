#include "gateway/http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

static void picks_a_port_and_says_which(void **state)
{
    (void)state;
    static const char *const hosts[] = {"127.0.0.1:", "[::1]:", ":"};
    static const char *const bounds[] = {"127.0.0.1:", "[::1]:", "[::]:"};
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        char address[32], bound[64];
        const char *error;
        strcpy(address, hosts[i]);
        strcat(address, "0");
        int fd = http_listen(address, false, bound, sizeof bound, &error);
        if (fd < 0 && i > 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) continue; /* a machine without IPv6 */
        assert_true(fd >= 0);
        assert_null(error);
        assert_true(span_starts_with(span_of(bound), span_of(bounds[i])));
        assert_string_not_equal(bound + strlen(bounds[i]), "0");
        close(fd);
    }
}

static void a_port_is_shared_only_on_purpose(void **state)
{
    (void)state;
    char bound[64];
    const char *error;
    int first = http_listen("127.0.0.1:0", true, bound, sizeof bound, &error);
    assert_true(first >= 0);
    int second = http_listen(bound, true, NULL, 0, &error);
    assert_true(second >= 0);
    assert_int_equal(http_listen(bound, false, NULL, 0, &error), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_string_equal(error, "cannot bind the address");
    close(first);
    close(second);
}

static void refuses_what_is_no_address(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:x",
                                        "127.0.0.1:80x",
                                        "127.0.0.1:65536",
                                        "127.0.0.1:-1",
                                        "[::1:80",
                                        "localhost:8080",
                                        "127.0.0.256:80",
                                        "[127.0.0.1]:80",
                                        "::1:80",
                                        "1.2.3.4:99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *error = NULL;
        assert_int_equal(http_listen(wrong[i], false, NULL, 0, &error), -1);
        assert_int_equal(errno, EINVAL);
        assert_non_null(error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_a_port_and_says_which),
        cmocka_unit_test(a_port_is_shared_only_on_purpose),
        cmocka_unit_test(refuses_what_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
