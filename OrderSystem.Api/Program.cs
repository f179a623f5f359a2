using OrderSystem.Api;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddOrderApi();
var app = builder.Build();
app.UseOrderApi();
await app.RunAsync();
