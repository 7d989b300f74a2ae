/* rest - the first steps of a request of the REST interface; see rest.h */
#include "daemon/httpd/rest.h"

#include "daemon/httpd/api.h"
#include "daemon/httpd/describe.h"
#include "daemon/httpd/write.h"
#include "daemon/pages/answer_page.h"

/* The Allow header has the methods in all versions. */
static bool is_writing(const struct api *api)
{
	static const struct {
		const char *name;
		unsigned method;
	} methods[] = {
		{ "PUT", ROUTE_PUT },
		{ "PATCH", ROUTE_PATCH },
		{ "POST", ROUTE_POST },
		{ "DELETE", ROUTE_DELETE },
	};

	if (!write_is_supported(api))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
		if (g_str_equal(api->request->method, methods[i].name))
			return (api->match->route->methods & methods[i].method) != 0;
	return false;
}

static int answer_method(struct api *api)
{
	if (api_is_method(api, "OPTIONS"))
		return describe_answer(api);
	if (is_writing(api))
		return write_answer(api);
	api_fail_method(api);
	return 0;
}

static int answer(struct api *api)
{
	unsigned status = negotiate(api->request, &api->negotiated);
	bool is_admitted;
	int r;

	if (status != 0) {
		api_fail(api, status,
			 status == 406 ? "Could not satisfy the request Accept header."
				       : API_NOT_FOUND);
		return 0;
	}
	if (http_is_read(api->request))
		return api_read(api);
	r = api_find_user(api, &is_admitted);
	return r == 0 && is_admitted ? answer_method(api) : r;
}

int rest_answer(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response)
{
	struct api api = { .worker = worker,
			   .request = request,
			   .match = match,
			   .response = response,
			   .negotiated = { .form = FORM_JSON, .suffix = "" } };
	int r = answer(&api);

	if (r == 0 && api.negotiated.form == FORM_PAGE && response->status != HTTP_CONTINUE)
		answer_page(request, match->route, response);
	return r;
}
