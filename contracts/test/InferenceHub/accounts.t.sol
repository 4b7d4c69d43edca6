// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IHubEvents} from "../../src/interfaces/IHubEvents.sol";
import {IInferenceHub, Permit} from "../../src/interfaces/IInferenceHub.sol";
import {HubParameters, HubParts} from "../../src/types/HubConfig.sol";
import {Ask} from "../../src/types/Request.sol";
import {Asks} from "../support/Asks.sol";
import {HubScenario} from "../support/HubScenario.sol";
import {FalseToken, FeeToken, HookToken, PermitToken, SilentToken} from "../support/OddTokens.sol";

/// Money in, money out, and what is burned.
contract AccountsTest is HubScenario {
    address private constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    function testFuzz_DepositsForAnyoneFromTheCallersTokens(uint256 amount) public conserving {
        amount = bound(amount, 0, 1_000_000 ether);
        uint256 before = token.balanceOf(requester);

        vm.expectEmit(address(hub));
        emit IHubEvents.Deposited(stranger, requester, amount);
        vm.prank(requester);
        hub.deposit(stranger, amount);

        assertEq(hub.balanceOf(stranger), amount);
        assertEq(hub.balanceOf(requester), 0);
        assertEq(before - token.balanceOf(requester), amount);
    }

    function testFuzz_WithdrawsFromTheCallersAccount(uint256 amount) public conserving {
        amount = bound(amount, 0, 1000 ether);

        vm.expectEmit(address(hub));
        emit IHubEvents.Withdrawn(node, stranger, amount);
        vm.prank(node);
        hub.withdraw(stranger, amount);

        assertEq(token.balanceOf(stranger), amount);
        assertEq(hub.balanceOf(node), 1000 ether - amount);
    }

    function test_RevertWhen_TheAccountIsTooSmall() public {
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 1000 ether, 1000 ether + 1));
        vm.prank(node);
        hub.withdraw(node, 1000 ether + 1);
    }

    function test_RevertWhen_WithdrawnToNobodyOrTheHub() public {
        vm.startPrank(node);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "to"));
        hub.withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "to"));
        hub.withdraw(address(hub), 1);
    }

    function test_APauseStopsNeitherDepositsNorWithdrawals() public conserving {
        vm.prank(guardian);
        hub.pause(7 days);

        _fund(stranger, 1 ether);
        vm.prank(stranger);
        hub.withdraw(stranger, 1 ether);
    }

    function test_BurnsWhatWasForfeitedOnce() public conserving {
        vm.expectRevert(IHubEvents.NothingToBurn.selector);
        hub.burn();
        Ask memory ask = _ask(_attestedRequest());
        _claimInVain(ask);
        _noteRanOut(ask, node);
        hub.settle(_othersSubmission(ask, OUTPUT));

        vm.expectEmit(address(hub));
        emit IHubEvents.Burned(FEE / 2);
        vm.prank(stranger);
        assertEq(hub.burn(), FEE / 2);

        assertEq(token.balanceOf(NOBODY), FEE / 2);
        _forfeited = 0;
        vm.expectRevert(IHubEvents.NothingToBurn.selector);
        hub.burn();
    }

    function test_NamesItsToken() public view {
        assertEq(hub.token(), address(token));
    }
}

/// Tokens that are no ordinary ones, and permits.
contract OddTokensTest is HubScenario {
    string private constant REQUEST = "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes,"
        "(bytes32[],address[]),(uint256,uint256,uint8,bytes32,bytes32))";

    function testFuzz_RevertWhen_TheTokenTakesAFee(uint256 amount) public {
        FeeToken odd = new FeeToken();
        _useToken(address(odd));
        odd.mint(requester, type(uint128).max);
        amount = bound(amount, 100, type(uint128).max);

        vm.startPrank(requester);
        odd.approve(address(hub), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TokenTookFee.selector, amount, amount - amount / 100));
        hub.deposit(requester, amount);
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TokenTookFee.selector, FEE, FEE - FEE / 100));
        hub.request(_signedRequest(), INPUT);
    }

    function test_RevertWhen_TheTokenSaysFalse() public {
        FalseToken odd = new FalseToken();
        _useToken(address(odd));
        odd.mint(requester, 2 * FEE);
        vm.startPrank(requester);
        odd.approve(address(hub), type(uint256).max);
        hub.deposit(requester, FEE);
        odd.refuse();

        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd));
        hub.deposit(requester, FEE);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd));
        hub.request(_signedRequest(), INPUT);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd));
        hub.withdraw(requester, FEE);
        assertEq(hub.balanceOf(requester), FEE);
    }

    function test_TakesTokensThatReturnNothing() public {
        SilentToken odd = new SilentToken();
        _useToken(address(odd));
        odd.mint(requester, 2 * FEE);

        vm.startPrank(requester);
        odd.approve(address(hub), type(uint256).max);
        hub.deposit(requester, FEE);
        hub.request(_signedRequest(), INPUT);
        hub.withdraw(stranger, FEE);

        assertEq(odd.balanceOf(stranger), FEE);
        assertEq(odd.balanceOf(address(hub)), FEE);
    }

    /// The account is credited before the tokens come; whoever takes them out again meanwhile brings too little.
    function test_RevertWhen_ADepositIsWithdrawnWhileItComesIn() public {
        HookToken odd = _hooked();
        address caller = address(odd.CALLER());
        odd.setHook(address(hub), abi.encodeCall(IInferenceHub.withdraw, (stranger, FEE)));

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TokenTookFee.selector, FEE, 0));
        vm.prank(requester);
        hub.deposit(caller, FEE);
        assertEq(hub.balanceOf(caller), 0);
        assertEq(odd.balanceOf(address(hub)), 10 * FEE);
    }

    function test_RevertWhen_ADepositIsMadeWithinADeposit() public {
        HookToken odd = _hooked();
        odd.setHook(address(hub), abi.encodeCall(IInferenceHub.deposit, (stranger, FEE)));

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TokenTookFee.selector, FEE, 2 * FEE));
        vm.prank(requester);
        hub.deposit(stranger, FEE);
    }

    /// A request within the transfer of a request has a nonce of its own, but no tokens that would count twice.
    function test_RevertWhen_ARequestIsMadeWithinARequest() public {
        HookToken odd = _hooked();
        odd.setHook(
            address(hub),
            abi.encodeWithSignature(
                "request((bytes32,uint8,address,uint40,uint40,uint32,uint32,uint8,uint8,uint128,uint128,uint128,bytes32,bytes32),bytes)",
                _signedRequest(),
                INPUT
            )
        );

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.TokenTookFee.selector, FEE, 2 * FEE));
        vm.prank(requester);
        hub.request(_signedRequest(), INPUT);
    }

    function test_AWithdrawalIsBookedBeforeTheTokensMove() public {
        HookToken odd = _hooked();
        address caller = address(odd.CALLER());
        vm.prank(requester);
        hub.deposit(caller, FEE);
        odd.setHook(address(hub), abi.encodeCall(IInferenceHub.withdraw, (stranger, FEE)));

        vm.prank(caller);
        hub.withdraw(stranger, FEE);

        assertFalse(odd.reached());
        assertEq(odd.reply(), abi.encodeWithSelector(IHubEvents.BalanceTooSmall.selector, 0, FEE));
        assertEq(odd.balanceOf(stranger), FEE);
        assertEq(odd.balanceOf(address(hub)), 10 * FEE);
    }

    function test_APermitServesAsAllowance() public {
        (address owner, Permit memory permit) = _permit();

        vm.prank(owner);
        hub.request(_signedRequest(), INPUT, _noTerms(), permit);

        assertEq(IERC20(hub.token()).balanceOf(address(hub)), FEE);
        assertEq(IERC20(hub.token()).allowance(owner, address(hub)), 0);
    }

    /// Within many calls the owner is who sends them, and one permit serves all that follow.
    function test_APermitServesTheWholeOfAMulticall() public {
        (address owner, Permit memory permit) = _permit();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeWithSignature(REQUEST, _signedRequest(), INPUT, _noTerms(), permit);
        calls[1] = abi.encodeCall(IInferenceHub.balanceOf, (owner));
        vm.prank(stranger);
        vm.expectRevert();
        hub.multicall(calls);

        vm.prank(owner);
        hub.multicall(calls);

        assertEq(IERC20(hub.token()).balanceOf(address(hub)), FEE);
        assertEq(IERC20(hub.token()).balanceOf(owner), 0);
    }

    function test_APermitThatAnotherUsedFirstStopsNothing() public {
        (address owner, Permit memory permit) = _permit();
        vm.prank(stranger);
        IERC20Permit(hub.token()).permit(owner, address(hub), permit.value, permit.deadline, permit.v, permit.r, permit.s);

        vm.prank(owner);
        hub.request(_signedRequest(), INPUT, _noTerms(), permit);

        assertEq(IERC20(hub.token()).balanceOf(address(hub)), FEE);
    }

    function test_APermitThatFailsLeavesTheAllowance() public conserving {
        Permit memory permit;
        Ask memory ask = Asks.next(hub, requester, _signedRequest());

        vm.prank(requester);
        hub.request(ask.request, INPUT, _noTerms(), permit);

        _enter(ask);
    }

    function test_RevertWhen_NeitherPermitNorAllowanceServes() public {
        (address owner, Permit memory permit) = _permit();
        permit.value--;

        vm.expectRevert();
        vm.prank(owner);
        hub.request(_signedRequest(), INPUT, _noTerms(), permit);
    }

    function test_TermsAreCheckedWithAPermitToo() public {
        (address owner, Permit memory permit) = _permit();

        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "termsHash"));
        vm.prank(owner);
        hub.request(_signedRequest(), INPUT, _workloads(1), permit);
    }

    function _permit() private returns (address owner, Permit memory permit) {
        PermitToken odd = new PermitToken();
        _useToken(address(odd));
        uint256 key;
        (owner, key) = makeAddrAndKey("permitting");
        odd.mint(owner, FEE);
        permit = Permit({value: FEE, deadline: _now(), v: 0, r: 0, s: 0});
        bytes32 typehash = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typehash, owner, address(hub), FEE, 0, permit.deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", odd.DOMAIN_SEPARATOR(), structHash));
        (permit.v, permit.r, permit.s) = vm.sign(key, digest);
    }

    /// A hub with other people's tokens in it, and a requester and a hook that have some.
    function _hooked() private returns (HookToken odd) {
        odd = new HookToken();
        _useToken(address(odd));
        address[3] memory owners = [requester, address(odd.CALLER()), node];
        for (uint256 i = 0; i < 3; ++i) {
            odd.mint(owners[i], 10 * FEE);
            vm.prank(owners[i]);
            odd.approve(address(hub), type(uint256).max);
        }
        vm.prank(node);
        hub.deposit(node, 10 * FEE);
    }

    function _useToken(address odd) private {
        HubParts memory parts = _parts();
        parts.token = odd;
        hub = _deploy(parts, _parameters());
    }
}

/// What a hub refuses to go by.
contract ConstructionTest is HubScenario {
    function test_GoesByItsParameters() public {
        HubParameters memory parameters = _parameters();
        parameters.minWindow = parameters.defaultWindow = parameters.maxWindow = parameters.attestedHold = 7 days;
        parameters.failureShare = 10_000;
        hub = _deploy(_parts(), parameters);

        assertEq(hub.guardian(), guardian);
        assertEq(hub.token(), address(token));
        assertEq(hub.activeTime(), _now());
        assertEq(hub.FAILURE(), bytes32(uint256(keccak256("OpenGradient.Relayer.Failure")) - 1));
    }

    function test_RevertWhen_TheExtensionHasNoCode() public {
        bytes memory arguments = abi.encode(_parts(), _parameters(), makeAddr("nothing there"));
        vm.expectRevert(abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, "extension"));
        _create("InferenceHub.sol:InferenceHub", arguments);
    }

    function test_RevertWhen_WindowsAreOutOfOrderOrTooLong() public {
        HubParameters memory parameters = _parameters();
        parameters.minWindow = 0;
        _expectInvalid(parameters, "windows");
        parameters = _parameters();
        parameters.minWindow = parameters.defaultWindow + 1;
        _expectInvalid(parameters, "windows");
        parameters = _parameters();
        parameters.maxWindow = parameters.defaultWindow - 1;
        _expectInvalid(parameters, "windows");
        parameters = _parameters();
        parameters.maxWindow = 7 days + 1;
        _expectInvalid(parameters, "windows");
        parameters = _parameters();
        parameters.attestedHold = 7 days + 1;
        _expectInvalid(parameters, "windows");
    }

    function test_RevertWhen_ClaimsTakeNoTime() public {
        HubParameters memory parameters = _parameters();
        parameters.claimTime = 0;
        _expectInvalid(parameters, "claimTime");
        parameters = _parameters();
        parameters.provenClaimTime = 0;
        _expectInvalid(parameters, "claimTime");
    }

    function test_RevertWhen_AFailureEarnsMoreThanTheFee() public {
        HubParameters memory parameters = _parameters();
        parameters.failureShare = 10_001;
        _expectInvalid(parameters, "failureShare");
    }

    function _expectInvalid(HubParameters memory parameters, string memory what) private {
        bytes memory refusal = abi.encodeWithSelector(IHubEvents.RequestInvalid.selector, what);
        bytes memory arguments = abi.encode(_parts(), parameters);
        vm.expectRevert(refusal);
        _create("HubExtension.sol:HubExtension", arguments);
        arguments = abi.encode(_parts(), parameters, address(hub));
        vm.expectRevert(refusal);
        _create("InferenceHub.sol:InferenceHub", arguments);
    }
}
